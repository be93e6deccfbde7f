"""Runs one computation in torch and in Keras (any backend) and compares values and gradients.

Arrays are numpy; `upstream` weights every float output by fixed random numbers so that one scalar has all gradients.
"""

import keras
import numpy as np
import torch

torch.set_num_threads(1)
torch.backends.mha.set_fastpath_enabled(False)  # the fast path zeroes padded positions, which the definition does not

#: Largest relative difference (to the largest entry) allowed, by dtype: (values, gradients).
TOLERANCE = {"float32": (1e-5, 1e-4), "float64": (1e-12, 1e-10)}



def use_dtype(name):
    """Sets the default float of both frameworks."""
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    torch.set_default_dtype(getattr(torch, name))


def flat(value):
    """Leaves of nested tuples, lists and None, in order."""
    if value is None:
        return []
    if isinstance(value, (tuple, list)):
        return [leaf for part in value for leaf in flat(part)]
    return [value]


def to_numpy(value):
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().numpy()
    return np.asarray(keras.ops.convert_to_numpy(value))


def structure(value):
    """Nesting with leaves blotted out."""
    if isinstance(value, (tuple, list)):
        return tuple(structure(part) for part in value)
    return None if value is None else "leaf"


def upstream(outputs):
    rng = np.random.default_rng(7)
    return [rng.standard_normal(np.shape(to_numpy(out))) for out in flat(outputs)]


def torch_run(function, inputs, parameters=()):
    """`function(*tensors)` → outputs, gradients of float inputs, gradients of parameters."""
    tensors = [to_torch(value) for value in inputs]
    outputs = function(*tensors)
    leaves = [out for out in flat(outputs) if out.is_floating_point()]
    total = sum((out * torch.as_tensor(weight, dtype=out.dtype)).sum()
                for out, weight in zip(leaves, upstream(leaves), strict=True))
    wanted = [t for t in flat(tensors) if isinstance(t, torch.Tensor) and t.requires_grad] + list(parameters)
    grads = torch.autograd.grad(total, wanted, allow_unused=True) if wanted else []
    grads = [np.zeros_like(to_numpy(t)) if g is None else to_numpy(g) for g, t in zip(grads, wanted, strict=True)]
    count = len(wanted) - len(parameters)
    return outputs, grads[:count], grads[count:]


def to_torch(value):
    if isinstance(value, (tuple, list)):
        return type(value)(to_torch(part) for part in value)
    if not isinstance(value, np.ndarray):
        return value
    tensor = torch.tensor(value)
    return tensor.requires_grad_() if value.dtype.kind == "f" else tensor


def keras_run(function, inputs, variables=()):
    """The same for Keras; `function` may use `variables` (Keras variables)."""
    leaves = [value for value in flat(inputs) if isinstance(value, np.ndarray) and value.dtype.kind == "f"]

    def call(arrays):
        arrays = iter(arrays)
        return function(*[_filled(value, arrays) for value in inputs])

    def scalar(outputs):
        floats = [out for out in flat(outputs) if "float" in keras.backend.standardize_dtype(out.dtype)]
        total = 0.0
        for out, weight in zip(floats, weights, strict=True):
            total = total + keras.ops.sum(out * keras.ops.convert_to_tensor(weight, dtype=out.dtype))
        return total

    arrays = [keras.ops.convert_to_tensor(leaf) for leaf in leaves]
    outputs = call(arrays)
    weights = upstream([out for out in flat(outputs) if "float" in keras.backend.standardize_dtype(out.dtype)])
    grads = _gradients(lambda parts: scalar(call(parts)), arrays, list(variables))
    return outputs, grads[: len(arrays)], grads[len(arrays):]


def _filled(value, arrays):
    if isinstance(value, (tuple, list)):
        return type(value)(_filled(part, arrays) for part in value)
    if isinstance(value, np.ndarray):
        return next(arrays) if value.dtype.kind == "f" else keras.ops.convert_to_tensor(value)
    return value


def _gradients(function, arrays, variables):
    if not arrays and not variables:
        return []
    shapes = [to_numpy(a) for a in arrays] + [to_numpy(v.value) for v in variables]
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf
        with tf.GradientTape() as tape:
            tape.watch(arrays)
            total = function(arrays)
        grads = tape.gradient(total, arrays + [v.value for v in variables])
        grads = [tf.convert_to_tensor(g) if g is not None else None for g in grads]
    elif backend == "torch":
        arrays = [a.detach().requires_grad_() for a in arrays]
        grads = torch.autograd.grad(function(arrays), arrays + [v.value for v in variables], allow_unused=True)
    else:
        import jax

        def pure(arrays, values):
            with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
                return function(arrays)

        pair = jax.grad(pure, argnums=(0, 1))(arrays, [v.value for v in variables])
        grads = list(pair[0]) + list(pair[1])
    return [np.zeros_like(s) if g is None else to_numpy(g) for g, s in zip(grads, shapes, strict=True)]


def close(name, actual, expected, tolerance):
    """Asserts that arrays have one shape and differ by at most `tolerance` times the largest entry."""
    actual, expected = to_numpy(actual), to_numpy(expected)
    assert actual.shape == expected.shape, f"{name}: shape {actual.shape}, expected {expected.shape}"
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(actual, expected, err_msg=name)
        return
    assert actual.dtype == expected.dtype, f"{name}: {actual.dtype}, expected {expected.dtype}"
    np.testing.assert_array_equal(np.isnan(actual), np.isnan(expected), err_msg=name)
    scale = max(float(np.max(np.abs(np.nan_to_num(expected)), initial=0.0)), 1e-6)
    error = float(np.max(np.abs(np.nan_to_num(actual) - np.nan_to_num(expected)), initial=0.0)) / scale
    assert error <= tolerance, f"{name}: relative difference {error:.2e} > {tolerance:.0e}"


def compare_functions(torch_function, keras_function, inputs, dtype):
    """Values and input gradients of two functions."""
    expected, expected_grads, _ = torch_run(torch_function, inputs)
    actual, actual_grads, _ = keras_run(keras_function, inputs)
    check(actual, expected, actual_grads, expected_grads, TOLERANCE[dtype])


def check(actual, expected, actual_grads, expected_grads, tolerance):
    assert structure(actual) == structure(expected)
    values, gradients = tolerance
    for i, (a, e) in enumerate(zip(flat(actual), flat(expected), strict=True)):
        close(f"output {i}", a, e, values)
    for i, (a, e) in enumerate(zip(actual_grads, expected_grads, strict=True)):
        close(f"input gradient {i}", a, e, gradients)


def resolve(layer, path):
    """The variable at an attribute path of a layer rule (`forward_layers.0.cell.kernel`)."""
    for step in path.split("."):
        layer = layer[int(step)] if step.isdigit() else getattr(layer, step)
    return layer


def load_weights(module, layer, rule):
    """Copies a torch module's parameters into a built Keras layer by a layer rule; all variables must be filled."""
    arrays = {name: to_numpy(p) for name, p in module.named_parameters()}
    moved = rule.forward(arrays, {})
    for path, array in moved.items():
        variable = resolve(layer, path)
        assert tuple(variable.shape) == array.shape, path
        variable.assign(array)
    assert len(moved) == len(layer.trainable_variables)
    return moved


def compare_layers(module, layer, rule, inputs, dtype, torch_call=None, keras_call=None, tolerance=None):
    """Values, input gradients and weight gradients (through the rule) of a torch module and a Keras layer."""
    tolerance = tolerance or TOLERANCE[dtype]
    rng = np.random.default_rng(3)
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(torch.tensor(rng.standard_normal(p.shape) * 0.3))
    torch_call, keras_call = torch_call or module, keras_call or layer
    keras_call(*[_filled(v, iter([keras.ops.convert_to_tensor(x) for x in flat(v) if _is_float(x)])) for v in inputs])
    load_weights(module, layer, rule)
    names, parameters = zip(*module.named_parameters(), strict=True)
    expected, expected_grads, parameter_grads = torch_run(torch_call, inputs, parameters)
    paths = list(rule.forward({n: to_numpy(p) for n, p in zip(names, parameters, strict=True)}, {}))
    actual, actual_grads, variable_grads = keras_run(keras_call, inputs, [resolve(layer, path) for path in paths])
    check(actual, expected, actual_grads, expected_grads, tolerance)
    # Compared in torch's tensors: a packed bias has a scale, its part for the keys has a zero gradient, all noise.
    back = rule.backward(dict(zip(paths, variable_grads, strict=True)), {})
    for name, grad in zip(names, parameter_grads, strict=True):
        summand = name.replace("bias_hh", "bias_ih") if rule.merged(name) else name
        close(f"gradient of {name}", back[summand], grad, tolerance[1])


def _is_float(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def arrays(rng, *shapes, dtype):
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]
