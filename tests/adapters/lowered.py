"""Calls of torch's layers and functions as the catalog lowers them to Keras, made ready to run.

`lower("nn.Conv2d(3, 8, 3, padding=1)")` binds the call, chooses the target and evaluates it. Tensors are names.
"""

import ast
import importlib

import keras
import numpy as np
import torch
from paired import TOLERANCE, check, compare_layers, keras_run, to_numpy, torch_run

from tensorglot.catalog import binding, registry
from tensorglot.catalog.codecs import Decline
from tensorglot.pivot.nodes import Host, is_literal, literal


def _argument(node):
    """A Python literal, or a pivot node for a name."""
    return Host("Name", {"id": node.id}, verbatim=False) if isinstance(node, ast.Name) else eval_torch(node, {})


def eval_torch(node, names):
    """Evaluates an expression over torch and `names`."""
    space = {"nn": torch.nn, "F": torch.nn.functional, "torch": torch, **names}
    return eval(compile(ast.Expression(node), "<case>", "eval"), space)


def bound(text, **facts):
    """The entry and the canonical arguments of a torch call; `facts` are what passes know (`ndim`)."""
    call = ast.parse(text, mode="eval").body
    callee, kind = ast.unparse(call.func), "layer" if text.startswith("nn.") else "function"
    args = [_argument(a) for a in call.args]
    keywords = {k.arg: _argument(k.value) for k in call.keywords}
    reasons = []
    for entry in registry.lookup("torch", callee):
        for signature in entry.signatures["torch"]:
            if signature.callee != callee or entry.kind != kind:
                continue
            try:
                made = binding.bind(signature, args, keywords)
            except Decline as error:
                reasons.append(str(error))
                continue
            made.args.update(facts)
            return entry, made
    raise Decline("; ".join(reasons) or f"{callee} is not known")


def lower(text, framework="keras", **facts):
    """The entry and the lowered call of a torch call."""
    entry, made = bound(text, **facts)
    lowered, _ = binding.choose(entry, framework if framework in entry.signatures else "keras", made.args, made.given)
    return entry, made, lowered


def written(text, framework="keras", **facts):
    """The lowered call as text."""
    _, made, lowered = lower(text, framework, **facts)
    if lowered.signature.template:
        return lowered.signature.template
    parts = [_text(a) for a in lowered.args] + [f"{k}={_text(v)}" for k, v in lowered.keywords.items()]
    return f"{lowered.signature.callee}({', '.join(parts)})"


def _text(value):
    if isinstance(value, Host):
        return repr(literal(value)) if is_literal(value) else value.fields["id"]
    return repr(value)


def _value(value, names):
    if isinstance(value, Host):
        return literal(value) if is_literal(value) else names[value.fields["id"]]
    return type(value)(_value(item, names) for item in value) if isinstance(value, (tuple, list)) else value


def target(callee):
    """The object that a target's callee names."""
    space, _, name = callee.partition(".")
    if space == "adapters":
        return getattr(importlib.import_module(f"tensorglot.frameworks.keras.adapters.{name}"), name)
    if space == "tf":
        import tensorflow as found
        for step in name.split("."):
            found = getattr(found, step)
        return found
    return getattr(keras if space == "keras" else getattr(keras, space), name)


def execute(text, names, framework="keras", **facts):
    """The value of a lowered call; `names` are its tensors."""
    _, made, lowered = lower(text, framework, **facts)
    if lowered.signature.template:
        space = {"ops": keras.ops, **{k: _value(v, names) for k, v in made.args.items()}}
        if framework == "tensorflow":
            import tensorflow as tf
            space["tf"] = tf
        return eval(lowered.signature.template, space)
    return target(lowered.signature.callee)(*[_value(a, names) for a in lowered.args],
                                            **{k: _value(v, names) for k, v in lowered.keywords.items()})


def compare(torch_function, keras_function, inputs, tolerance):
    """Values and input gradients of two functions; `tolerance`: (values, gradients)."""
    expected, expected_grads, _ = torch_run(torch_function, inputs)
    actual, actual_grads, _ = keras_run(keras_function, inputs)
    check(actual, expected, actual_grads, expected_grads, tolerance)


class ParameterRule:
    """The weight rule that an entry's `params` state, for a built layer: permute axes, then take the target's shape."""

    def __init__(self, entry, layer):
        self.places = {w.places["torch"][0]: (w.places["keras"][0], w.places["torch"][1], w.places["keras"][1])
                       for w in entry.params}
        self.layer = layer

    def _permutation(self, source, target_axes, rank):
        count = rank - sum(axis != "S*" for axis in source)
        spread = [[f"{axis}{i}" for axis in axes for i in range(count if axis == "S*" else 1)]
                  for axes in (source, target_axes)]
        return [spread[0].index(axis) for axis in spread[1]]

    def forward(self, arrays, _config):
        out = {}
        for name, array in arrays.items():
            attribute, source, target_axes = self.places[name]
            array = array.transpose(self._permutation(source, target_axes, array.ndim))
            out[attribute] = array.reshape(tuple(getattr(self.layer, attribute).shape))
        return out

    def backward(self, arrays, _config):
        out = {}
        for name, (attribute, source, target_axes) in self.places.items():
            if attribute in arrays:
                shape = self.shapes[name]
                order = self._permutation(source, target_axes, len(shape))
                moved = arrays[attribute].reshape([shape[i] for i in order])
                out[name] = moved.transpose(np.argsort(order))
        return out

    @staticmethod
    def merged(_name):
        return False


def last(x):
    """Channels-first to channels-last, for results nested in tuples too; matrices stay."""
    if isinstance(x, (tuple, list)):
        return type(x)(last(part) for part in x)
    return x if x.ndim < 3 else x.movedim(1, -1) if isinstance(x, torch.Tensor) else np.moveaxis(x, 1, -1)


def first(x):
    """Channels-last to channels-first; matrices stay."""
    return x if x.ndim < 3 else x.movedim(-1, 1) if isinstance(x, torch.Tensor) else np.moveaxis(x, -1, 1)


def copy_statistics(module, layer, entry, rng):
    """Random running statistics in a torch module, and the same in the Keras layer."""
    for weight in entry.params:
        source, attribute = weight.places["torch"][0], weight.places["keras"][0]
        buffer = dict(module.named_buffers()).get(source)
        if buffer is not None:
            buffer.copy_(torch.tensor(rng.uniform(0.5, 2.0, buffer.shape)))
            getattr(layer, attribute).assign(to_numpy(buffer))


SHAPES = {1: (2, 9, 4), 2: (2, 9, 7, 4), 3: (2, 6, 5, 7, 4)}


def data(shape, dtype, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def tolerance(entry, dtype):
    """The catalog's tolerance where a native op computes partly in float32."""
    values, gradients = TOLERANCE[dtype]
    if entry.float64_tol and dtype == "float64":
        return entry.float64_tol[0], entry.float64_tol[0] * 10
    return values, gradients


def check_layer(text, shape, dtype, channels_last=True, training=None, **facts):
    """Runs a torch layer and what the catalog makes of it on channels-last `shape`."""
    entry, _, lowered = lower(text, **facts)
    module = eval(text, {"nn": torch.nn})
    module.train(bool(training))
    layer = execute(text, {}, **facts)
    inward, outward = (first, last) if channels_last else (lambda x: x, lambda x: x)
    x = data(shape, dtype)
    arguments = {} if training is None else {"training": training}
    expected = module(inward(torch.tensor(x)))
    actual = layer(keras.ops.convert_to_tensor(x), **arguments)
    if getattr(expected, "dtype", None) is not None:
        symbolic = layer.compute_output_spec(keras.KerasTensor((None, *shape[1:]), dtype=dtype))
        assert not channels_last or tuple(symbolic.shape) == (None, *actual.shape[1:])
    if hasattr(module, "running_mean") and module.running_mean is not None:
        copy_statistics(module, layer, entry, np.random.default_rng(1))
    rule = ParameterRule(entry, layer)
    rule.shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
    run = (lambda x: outward(module(inward(x)))), (lambda x: layer(x, **arguments))
    if rule.shapes:
        compare_layers(module, layer, rule, [x], dtype, *run, tolerance=tolerance(entry, dtype))
    else:
        compare(*run, [x], tolerance(entry, dtype))
    again = type(layer).from_config(layer.get_config())
    assert tuple(again(keras.ops.convert_to_tensor(x)).shape) == tuple(actual.shape) if hasattr(actual, "shape") else 1
    return lowered.signature.callee
