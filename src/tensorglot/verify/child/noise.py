"""Takes randomness out of both frameworks, so that stochastic models can be compared.

Dropout becomes the identity. A normal draw becomes mean + 0.5 * deviation, a uniform one the middle of its range, a
Bernoulli draw 1 where the probability is at least one half, a draw of an index the likeliest, a gamma draw its mean: the
same value everywhere, whatever the axis order.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

_SHIFT = 0.5


def torch_mode() -> Any:
    """A `TorchFunctionMode` under which torch draws no random numbers."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Quiet(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = dict(kwargs or {})
            name = getattr(func, "__name__", "")
            if name.rstrip("_") in _DROPOUTS:
                return args[0] if args else kwargs["input"]
            if name == "scaled_dot_product_attention":
                return func(*args[:4], *([0.0] if len(args) > 4 else []), *args[5:], **kwargs | _no_dropout(args))
            handler = _TORCH.get(name)
            return handler(torch, func, args, kwargs) if handler else func(*args, **kwargs)

    return Quiet()


_DROPOUTS = {"dropout", "dropout1d", "dropout2d", "dropout3d", "feature_dropout", "alpha_dropout",
             "feature_alpha_dropout"}


def _no_dropout(args: tuple[Any, ...]) -> dict[str, float]:
    return {} if len(args) > 4 else {"dropout_p": 0.0}


def _argument(args: tuple[Any, ...], kwargs: dict[str, Any], place: int, name: str, default: Any) -> Any:
    return args[place] if len(args) > place else kwargs.get(name, default)


def _fill(value: float) -> Callable[..., Any]:
    """Shape-like factories (`randn`) and `*_like` functions: the same call, then filled."""
    return lambda torch, func, args, kwargs: func(*args, **kwargs).fill_(value)


def _normal(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    mean, std = _argument(args, kwargs, 0, "mean", 0.0), _argument(args, kwargs, 1, "std", 1.0)
    return torch.zeros_like(func(*args, **kwargs)) + mean + _SHIFT * std


def _normal_(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return args[0].fill_(_argument(args, kwargs, 1, "mean", 0.0) + _SHIFT * _argument(args, kwargs, 2, "std", 1.0))


def _uniform_(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return args[0].fill_((_argument(args, kwargs, 1, "from", 0.0) + _argument(args, kwargs, 2, "to", 1.0)) / 2)


def _bernoulli(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    x, p = args[0], _argument(args, kwargs, 1, "p", None)
    return (torch.full_like(x, p) if isinstance(p, float) else x).ge(0.5).to(x.dtype)


def _bernoulli_(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    p = _argument(args, kwargs, 1, "p", 0.5)
    return args[0].copy_(p.ge(0.5)) if isinstance(p, torch.Tensor) else args[0].fill_(float(p >= 0.5))


def _exponential_(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return args[0].fill_(math.log(2) / _argument(args, kwargs, 1, "lambd", 1.0))


def _multinomial(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    x, samples = _argument(args, kwargs, 0, "input", None), _argument(args, kwargs, 1, "num_samples", None)
    if _argument(args, kwargs, 2, "replacement", False):
        return x.argmax(-1, keepdim=True).expand(*x.shape[:-1], samples).clone()
    return x.topk(samples).indices


def _gamma(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return args[0].clone()


def _dirichlet(torch: Any, func: Any, args: Any, kwargs: Any) -> Any:
    return args[0] / args[0].sum(-1, keepdim=True)


_TORCH: dict[str, Callable[..., Any]] = {
    "randn": _fill(_SHIFT), "randn_like": _fill(_SHIFT), "rand": _fill(0.5), "rand_like": _fill(0.5),
    "normal": _normal, "normal_": _normal_, "uniform_": _uniform_, "bernoulli": _bernoulli, "bernoulli_": _bernoulli_,
    "exponential_": _exponential_, "multinomial": _multinomial, "_standard_gamma": _gamma,
    "_sample_dirichlet": _dirichlet,
}


@contextlib.contextmanager
def keras_quiet(backend: str) -> Iterator[None]:
    """Replaces the random functions of Keras, and of TensorFlow where it is the backend, for the duration."""
    patches = [(place, name, value) for place, table in _keras_places(backend) for name, value in table.items()
               if hasattr(place, name)]
    saved = [(place, name, getattr(place, name)) for place, name, _ in patches]
    for place, name, value in patches:
        setattr(place, name, value)
    try:
        yield
    finally:
        for place, name, value in saved:
            setattr(place, name, value)


def _keras_places(backend: str) -> list[tuple[Any, dict[str, Any]]]:
    import keras
    from keras.src import backend as layer_backend

    def filled(shape: Any, value: Any, dtype: Any) -> Any:
        dtype = dtype or keras.config.floatx()
        return keras.ops.zeros(shape, dtype) + keras.ops.cast(value, dtype)

    def normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None, **_: Any) -> Any:
        return filled(shape, mean + _SHIFT * stddev, dtype)

    def uniform(shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None, **_: Any) -> Any:
        return filled(shape, (minval + maxval) / 2, dtype)

    def binomial(shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None) -> Any:
        kept = keras.ops.cast(keras.ops.greater_equal(probabilities, 0.5), dtype or keras.config.floatx())
        return filled(shape, counts * kept, dtype)

    def categorical(logits: Any, num_samples: Any, dtype: Any = "int32", seed: Any = None) -> Any:
        likeliest = keras.ops.argmax(logits, axis=-1, keepdims=True)
        return keras.ops.cast(keras.ops.repeat(likeliest, num_samples, axis=-1), dtype)

    def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
        return filled(shape, alpha, dtype)

    def dropout(inputs: Any, *_: Any, **__: Any) -> Any:
        return inputs

    table = {"normal": normal, "uniform": uniform, "binomial": binomial, "dropout": dropout,
             "categorical": categorical, "gamma": gamma}
    places: list[tuple[Any, dict[str, Any]]] = [(keras.random, table), (layer_backend.random, table)]
    if backend == "tensorflow":
        import tensorflow as tf

        def tf_normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = tf.float32, **_: Any) -> Any:
            return tf.fill(shape, tf.cast(mean + _SHIFT * stddev, dtype))

        def tf_uniform(shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = tf.float32, **_: Any) -> Any:
            middle = (minval + (1 if maxval is None else maxval)) / 2
            return tf.fill(shape, tf.cast(middle, dtype))

        places += [(tf.random, {"normal": tf_normal, "uniform": tf_uniform}), (tf.nn, {"dropout": dropout})]
    return places


#: Attributes of layers that hold a rate of random zeroing.
_RATES = ("rate", "dropout", "recurrent_dropout", "_dropout", "dropout_rate")


def silence_layers(model: Any) -> None:
    """Sets every dropout rate inside a Keras model to zero."""
    for layer in model._flatten_layers():
        for name in _RATES:
            if isinstance(vars(layer).get(name), float):
                setattr(layer, name, 0.0)


def silence_modules(model: Any) -> None:
    """Sets every dropout probability inside a torch model to zero."""
    for module in model.modules():
        if not type(module).__module__.startswith("torch.nn"):
            continue
        # `p` is a norm's degree elsewhere
        for name in ("dropout", "p") if "Dropout" in type(module).__name__ else ("dropout",):
            if isinstance(vars(module).get(name), float):
                setattr(module, name, 0.0)
