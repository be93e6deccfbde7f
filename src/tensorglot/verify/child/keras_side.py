"""Runs the Keras model on any of its backends: outputs, gradients, layer outputs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from tensorglot.verify.child import noise
from tensorglot.verify.child.torch_side import Run, map_leaves
from tensorglot.verify.compare import leaves


def to_numpy(value: Any) -> Any:
    """Nested tensors as numpy arrays."""
    def one(x: Any) -> Any:
        if not keras.ops.is_tensor(x) and not isinstance(x, keras.Variable):
            return x
        array = keras.ops.convert_to_numpy(x)
        return array.astype(np.float32) if array.dtype.name == "bfloat16" else array

    return map_leaves(value, one)


def from_numpy(value: Any, dtype: str) -> Any:
    """Nested arrays as tensors; floats get `dtype`."""
    def one(x: Any) -> Any:
        if not isinstance(x, np.ndarray):
            return x
        kind = dtype if x.dtype.kind == "f" or x.dtype.name == "bfloat16" else None
        return keras.ops.convert_to_tensor(x.astype(kind) if kind else x)

    return map_leaves(value, one)


def first_call(model: Any, args: list[Any], kwargs: dict[str, Any], dtype: str, training: bool) -> Any:
    """Outputs of the call that builds what is not built, as numpy: with random numbers, as initial weights are drawn."""
    return to_numpy(model(*from_numpy(args, dtype), training=training, **from_numpy(kwargs, dtype)))


def call(model: Any, args: list[Any], kwargs: dict[str, Any], dtype: str, training: bool) -> Any:
    """Outputs of one call, as numpy."""
    with noise.keras_quiet(keras.backend.backend()):
        return to_numpy(model(*from_numpy(args, dtype), training=training, **from_numpy(kwargs, dtype)))


def run(model: Any, args: list[Any], kwargs: dict[str, Any], dtype: str, training: bool,
        weights: list[np.ndarray]) -> Run:
    """One call with gradients of the sum of all float outputs times `weights`."""
    args, kwargs = from_numpy(args, dtype), from_numpy(kwargs, dtype)
    gradients = {"tensorflow": _tensorflow, "torch": _torch, "jax": _jax}[keras.backend.backend()]
    with noise.keras_quiet(keras.backend.backend()):
        return gradients(model, args, kwargs, training, weights)


def _is_float(x: Any) -> bool:
    return keras.ops.is_tensor(x) and "float" in keras.backend.standardize_dtype(x.dtype)


def _loss(outputs: Any, weights: list[np.ndarray]) -> Any:
    tensors = [x for _, x in leaves(outputs) if _is_float(x)]
    terms = [keras.ops.cast(keras.ops.sum(x * keras.ops.cast(keras.ops.convert_to_tensor(w), x.dtype)), keras.config.floatx())
             for x, w in zip(tensors, weights, strict=True)]
    return sum(terms[1:], terms[0]) if terms else None


def _result(outputs: Any, variables: list[Any], gradients: list[Any], input_gradients: list[Any]) -> Run:
    by_key = {id(v): to_numpy(g) for v, g in zip(variables, gradients, strict=True) if g is not None}
    return Run(to_numpy(outputs), by_key, [None if g is None else to_numpy(g) for g in input_gradients])


def _tensorflow(model: Any, args: Any, kwargs: Any, training: bool, weights: list[np.ndarray]) -> Run:
    import tensorflow as tf

    variables = model.trainable_variables
    inputs = [x for _, x in leaves([args, kwargs]) if _is_float(x)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = model(*args, training=training, **kwargs)
        loss = _loss(outputs, weights)
    if loss is None:
        return _result(outputs, [], [], [None] * len(inputs))
    gradients = tape.gradient(loss, [v.value for v in variables] + inputs)
    gradients = [tf.convert_to_tensor(g) if isinstance(g, tf.IndexedSlices) else g for g in gradients]
    return _result(outputs, variables, gradients[:len(variables)], gradients[len(variables):])


def _torch(model: Any, args: Any, kwargs: Any, training: bool, weights: list[np.ndarray]) -> Run:
    variables = model.trainable_variables
    model.zero_grad(set_to_none=True)
    inputs = [x.requires_grad_(True) for _, x in leaves([args, kwargs]) if _is_float(x)]
    outputs = model(*args, training=training, **kwargs)
    loss = _loss(outputs, weights)
    if loss is not None and loss.requires_grad:
        loss.backward()
    return _result(outputs, variables, [v.value.grad for v in variables], [x.grad for x in inputs])


def _jax(model: Any, args: Any, kwargs: Any, training: bool, weights: list[np.ndarray]) -> Run:
    import jax

    flat, structure = jax.tree_util.tree_flatten([list(args), kwargs], is_leaf=lambda x: x is None)
    places = [i for i, x in enumerate(flat) if _is_float(x)]
    variables, others = model.trainable_variables, model.non_trainable_variables

    def loss(trainable: list[Any], inputs: list[Any]) -> Any:
        filled = list(flat)
        for place, x in zip(places, inputs, strict=True):
            filled[place] = x
        positional, keywords = jax.tree_util.tree_unflatten(structure, filled)
        with keras.StatelessScope(state_mapping=list(zip(variables, trainable, strict=True))) as scope:
            outputs = model(*positional, training=training, **keywords)
        after = [scope.get_current_value(v) for v in others]
        return _loss(outputs, weights), (outputs, after)

    both = jax.value_and_grad(loss, argnums=(0, 1), has_aux=True)
    (_, (outputs, after)), (gradients, input_gradients) = both([v.value for v in variables], [flat[i] for i in places])
    for variable, value in zip(others, after, strict=True):
        if value is not None:  # written during the call
            variable.assign(value)
    return _result(outputs, variables, gradients, input_gradients)


@contextlib.contextmanager
def recorded() -> Iterator[list[tuple[int, list[np.ndarray], list[np.ndarray]]]]:
    """Collects (identity, inputs, outputs) of every layer called, in the order in which calls end."""
    record: list[tuple[int, list[np.ndarray], list[np.ndarray]]] = []
    plain = keras.layers.Layer.__call__

    def arrays(value: Any) -> list[np.ndarray]:
        return [x for _, x in leaves(to_numpy(value)) if isinstance(x, np.ndarray)]

    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        output = plain(self, *args, **kwargs)
        record.append((id(self), arrays(list(args)), arrays(output)))
        return output

    keras.layers.Layer.__call__ = watched
    try:
        yield record
    finally:
        keras.layers.Layer.__call__ = plain
