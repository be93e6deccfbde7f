"""The signatures of image-like layers and activations are those of the real frameworks and of the adapters."""

import ast
import importlib
import inspect
import re

import pytest

from tensorglot.catalog import registry

FAMILIES = ("dense", "conv", "pool", "norm", "activation", "dropout", "padding", "resize", "container", "wrapper")


def entries():
    registry.load()
    return [entry for entry in registry.REGISTRY.values() if entry.family in FAMILIES]


def signatures(framework):
    return [pytest.param(signature, id=f"{entry.kind}-{entry.name}-{signature.callee}")
            for entry in entries() for signature in entry.signatures.get(framework, []) if signature.callee != "="]


def real_torch(callee):
    import torch

    spaces = {"nn": torch.nn, "F": torch.nn.functional, "torch": torch, "Tensor": torch.Tensor}
    space, _, rest = callee.partition(".")
    found = spaces[space]
    for step in rest.split("."):
        found = getattr(found, step)
    return found


def real_keras(callee):
    import keras

    space, _, name = callee.partition(".")
    if space == "adapters":
        return getattr(importlib.import_module(f"tensorglot.frameworks.keras.adapters.{name}"), name)
    return getattr(keras if space == "keras" else getattr(keras, space), name)


def real_tensorflow(callee):
    import tensorflow as tf

    if callee.split(".")[0] != "tf":
        return real_keras(callee)
    found = tf
    for step in callee.split(".")[1:]:
        found = getattr(found, step)
    return found


def default(text):
    """A default that stands in a docstring, as a value."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return eval(text, {"__builtins__": {}}, {})  # noqa: S307  (`1./8` in a docstring)


def from_docstring(found):
    """Parameters in the first line of a builtin's docstring, by name: default or `inspect.Parameter.empty`."""
    line = re.search(r"\w+\((.*?)\)\s*->", inspect.cleandoc(found.__doc__ or ""), re.S)
    if not line:
        return None
    out = {}
    for part in line.group(1).split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in ("*", "out"):
            out[name] = default(value) if value else inspect.Parameter.empty
    return out


def parameters(found, *, skip=()):
    try:
        items = inspect.signature(found).parameters.values()
    except ValueError:
        return from_docstring(found)
    return {p.name: p.default for p in items if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name not in skip}


def declared(signature):
    return {p.name: inspect.Parameter.empty if p.default is None else ast.literal_eval(p.default)
            for p in signature.params if p.kind in ("positional", "keyword")}


def schemas(callee):
    """The parameter names of the operators behind a builtin; the tensor is called as the Python form calls it."""
    import torch

    packet = getattr(torch.ops.aten, callee.rpartition(".")[2])
    first = "self" if callee.startswith("Tensor.") else "input"
    schemas = [getattr(packet, overload)._schema.arguments for overload in packet.overloads()]
    return [[first if argument.name == "self" else argument.name for argument in arguments] for arguments in schemas]


@pytest.mark.parametrize("signature", signatures("torch"))
def test_torch(signature):
    found = real_torch(signature.callee)
    expected = None if signature.callee.startswith("Tensor.") else parameters(found)
    if expected == {} and "max_pool" in signature.callee:  # chooses between two functions
        expected = parameters(real_torch(signature.callee + "_with_indices"))
    if expected is None:
        assert list(declared(signature)) in schemas(signature.callee)
    else:
        assert declared(signature) == expected


@pytest.mark.parametrize("signature", signatures("keras") + signatures("tensorflow"))
def test_target(signature):
    found = real_tensorflow(signature.callee)
    expected = parameters(found.__init__ if inspect.isclass(found) else found, skip=("self",))
    if signature.callee.startswith("adapters.") and "Conv" in signature.callee:
        expected = parameters(found.__mro__[1].__init__, skip=("self",))
    if inspect.isclass(found) and found.__mro__[1].__name__ == "PaddedInput":
        expected = {**parameters(found.__mro__[2].__init__, skip=("self",)), "padding": 0}
    mine = declared(signature)
    assert set(mine) <= set(expected), "names"
    for name, value in mine.items():
        assert value is inspect.Parameter.empty or value == expected[name], name
    missing = [name for name, value in expected.items() if value is inspect.Parameter.empty and name not in mine]
    assert not missing
    if signature.callee.startswith("adapters."):
        assert list(mine) == [name for name in expected if name in mine], "order"


def test_converters_and_attributes_are_well_formed():
    for entry in entries():
        for places in entry.attributes.values():
            assert set(places) == {"torch", "keras"}, entry.name
        for weight in entry.params:
            assert sorted(weight.places["torch"][1]) == sorted(weight.places["keras"][1]), entry.name
