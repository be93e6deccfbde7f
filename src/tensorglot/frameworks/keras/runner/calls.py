"""Makes Keras report each call of a layer once.

Keras runs a layer's `call` also to find out shapes and to make weights. Of these passes nothing is recorded, except what
the project's `build` methods do. Called on real tensors, a layer makes its weights as it goes.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf
from keras.src import backend
from keras.src.models.functional import Functional
from keras.src.ops.function import Function

from ....facts.runner.hooks import run_module
from .recorder import Recorder


class _MadeByCalling(RuntimeError):
    """Told to Keras, which then leaves it to the call to make the weights."""


def patch(recorder: Recorder) -> None:
    """Installs all hooks."""
    _patch_call(recorder)
    _patch_shapes(recorder)
    _patch_build(recorder)
    _patch_graph(recorder)
    _patch_steps(recorder)


def _patch_call(recorder: Recorder) -> None:
    original = keras.Layer.__call__

    @functools.wraps(original)
    def __call__(self: keras.Layer, *args: Any, **kwargs: Any) -> Any:
        if not recorder.on:
            return original(self, *args, **kwargs)
        pending, recorder.pending = recorder.pending, None
        site = pending[1] if pending and pending[0] is self else None
        symbolic = _is_symbolic((args, kwargs))
        if symbolic and site is None:  # Keras itself: a `Sequential` that is built
            with recorder.silence():
                return original(self, *args, **kwargs)
        if not symbolic and isinstance(self, Functional):
            tensors = [v for v in keras.tree.flatten((args, kwargs)) if recorder.is_tensor(v)]
            for symbol, tensor in zip(self.inputs, tensors, strict=False):
                recorder.stands_for(symbol, tensor, given=True)
        value = run_module(recorder, site, self, types.MethodType(original, self), args, kwargs, hidden=symbolic)
        if symbolic:
            recorder.sites.update((id(symbol), site) for symbol in keras.tree.flatten(value))
        return value

    keras.Layer.__call__ = __call__


def _patch_shapes(recorder: Recorder) -> None:
    original = backend.compute_output_spec

    @functools.wraps(original)
    def compute_output_spec(fn: Callable, *args: Any, **kwargs: Any) -> Any:
        if recorder.on and not _is_symbolic((args, kwargs)):
            raise _MadeByCalling("the call will make the weights")
        with recorder.silence():
            return original(fn, *args, **kwargs)

    backend.compute_output_spec = compute_output_spec


def _patch_build(recorder: Recorder) -> None:
    original = keras.Layer.__new__

    @functools.wraps(original)
    def __new__(cls: type, *args: Any, **kwargs: Any) -> Any:
        layer = original(cls, *args, **kwargs)
        if recorder.project(cls.__module__):
            layer.build = _aloud(recorder, layer, layer.build)
        layer.build.__self__ = layer  # Keras has put a function in the method's place
        return layer

    keras.Layer.__new__ = __new__


def _aloud(recorder: Recorder, layer: keras.Layer, build: Callable) -> Callable:
    @functools.wraps(build)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with recorder.aloud():
            if recorder.active and recorder.last_layer and recorder.last_layer[0] is layer:
                tensors = [v for v in keras.tree.flatten(recorder.last_layer[1:]) if recorder.is_tensor(v)]
                args = tuple(_shape_of(recorder, tensors, arg) for arg in args)
                kwargs = {name: _shape_of(recorder, tensors, arg) for name, arg in kwargs.items()}
            return build(*args, **kwargs)

    return wrapper


def _shape_of(recorder: Recorder, tensors: list[Any], shape: Any) -> Any:
    """The shape, known as that of the first of the tensors that has it."""
    owner = next((t for t in tensors if type(shape) is tuple and tuple(recorder.shape(t)) == shape), None)
    return shape if owner is None else recorder.size_of(shape, owner)


def _patch_graph(recorder: Recorder) -> None:
    original = Function._run_through_graph

    @functools.wraps(original)
    def _run_through_graph(self: Function, inputs: Any, operation_fn: Callable = lambda op: op,
                           call_fn: Callable | None = None) -> Any:
        if not recorder.on or call_fn is not None or _is_symbolic(inputs):  # shapes are asked for
            return original(self, inputs, operation_fn, call_fn)
        for symbol, value in zip(self.inputs, keras.tree.flatten(inputs), strict=False):
            recorder.stands_for(symbol, value, given=True)
        nodes = _nodes(self)

        def followed(operation: Any) -> Callable:
            node = next(n for n in nodes if n.operation is operation)
            return functools.partial(_run_node, recorder, node, operation_fn(operation))

        return original(self, inputs, followed)

    Function._run_through_graph = _run_through_graph


def _nodes(function: Function) -> Iterator[Any]:
    """The graph's nodes in the order in which they are computed."""
    depths = sorted(function._nodes_by_depth, reverse=True)
    return (node for depth in depths for node in function._nodes_by_depth[depth])


def _run_node(recorder: Recorder, node: Any, run: Callable, *args: Any, **kwargs: Any) -> Any:
    """Computes a node. What the project's code has put into the graph is on the tape, with symbolic tensors; only what
    happens inside of its own modules is new."""
    symbols = node.outputs
    if not all(map(recorder.knows, symbols)):
        return run(*args, **kwargs)
    operation = node.operation
    inside = isinstance(operation, (*recorder.CONTAINERS, *recorder.OPEN)) or \
        recorder.project(type(operation).__module__)
    if inside:
        recorder.pending = operation, recorder.sites.get(id(symbols[0]))
    recorder.opaque += not inside
    try:
        outputs = run(*args, **kwargs)
    finally:
        recorder.opaque -= not inside
        recorder.pending = None
    for symbol, value in zip(symbols, keras.tree.flatten(outputs), strict=False):
        recorder.stands_for(symbol, value)
    return outputs


def _is_symbolic(values: Any) -> bool:
    return any(isinstance(v, keras.KerasTensor) for v in keras.tree.flatten(values))


def _patch_steps(recorder: Recorder) -> None:
    """`TimeDistributed` runs a layer's `call` as a function; of a project's layer that is a call like any other."""
    original = keras.layers.TimeDistributed.call

    @functools.wraps(original)
    def distributed(self: keras.layers.TimeDistributed, *args: Any, **kwargs: Any) -> Any:
        layer, step = self.layer, self.layer.call
        if not recorder.on or not recorder.project(type(layer).__module__):
            return original(self, *args, **kwargs)

        def call(*args: Any, **kwargs: Any) -> Any:
            return run_module(recorder, None, layer, step, args, kwargs)

        vars(layer)["call"] = call
        try:
            return original(self, *args, **kwargs)
        finally:
            del vars(layer)["call"]

    keras.layers.TimeDistributed.call = distributed


def patch_training() -> None:
    """Scripts do not train when they are imported: of a model only its structure counts."""
    def fit(self: keras.Model, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        return keras.callbacks.History()

    keras.Model.fit = fit


def patch_functions() -> None:
    """`tf.function` gives the function back: traced, it could not be looked into."""
    original = tf.function

    @functools.wraps(original, assigned=("__doc__", "__name__"))
    def function(func: Callable | None = None, *args: Any, **options: Any) -> Any:
        return func if callable(func) else lambda f: f

    function.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
    tf.function = function
