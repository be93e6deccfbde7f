"""A model of any framework as a tree of named nodes, so that two models can be walked side by side.

One builder per framework; the walk itself (`pairing.py`) knows no framework.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tensorglot.diagnostics import TensorglotError

_PLAIN = (int, float, str, bool, type(None))


@dataclass(eq=False)
class Tensor:
    """One parameter or buffer: `name` is its path in the model, `key` identifies shared tensors."""

    name: str
    shape: tuple[int, ...]
    key: int
    read: Callable[[], Any]
    write: Callable[[Any], None]
    handle: Any
    persistent: bool = True
    trainable: bool = True


@dataclass(eq=False)
class Node:
    """A module (`kind` "module"), a container ("sequence", "mapping"), a "tensor", or a "constant" array.

    `classes` are the canonical names of the class and its bases: ``nn.Conv2d`` or ``layers.Dense`` for a framework's
    own, ``pkg.mod:Block`` for a project's. `leaf` is true for a framework's own layer.
    """

    kind: str
    path: str
    classes: tuple[str, ...] = ()
    children: dict[str, Node] = field(default_factory=dict)
    tensor: Tensor | None = None
    constant: Any = None
    leaf: bool = False
    built: bool = True
    handle: Any = None

    def find(self, dotted: str) -> Node | None:
        """The descendant at a path of attribute names and indices, or None."""
        node: Node | None = self
        for part in filter(None, dotted.replace("/", ".").split(".")):
            node = node.children.get(part) if node else None
        return node

    def tensors(self) -> Iterator[Tensor]:
        """All tensors below, with repetitions where they are shared."""
        if self.tensor:
            yield self.tensor
        for child in self.children.values():
            yield from child.tensors()

    def options(self) -> dict[str, Any]:
        """Plain-valued attributes of the module: its hyper-parameters."""
        values = vars(self.handle) if self.handle is not None else {}
        return {k: v for k, v in values.items() if not k.startswith("_") and _is_plain(v)}


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) or (isinstance(value, (list, tuple)) and all(_is_plain(v) for v in value))


def tree_of(model: Any) -> tuple[str, Node]:
    """The framework ("torch" or "keras") of a live model, and its tree. Raises TG002 for anything else."""
    origins = {base.__module__.partition(".")[0] for base in type(model).__mro__}
    for framework, build in TREES.items():
        if framework in origins:
            return framework, build(model)
    raise TensorglotError(f"{type(model).__name__} is not a model of a supported framework", code="TG002",
                          remedy="pass a torch.nn.Module and a keras.Model or keras.layers.Layer")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


# torch


def torch_tree(model: Any) -> Node:
    """Tree of a `torch.nn.Module`; tensor names are those of its state dict."""
    return _torch_node(model, "")


def _torch_node(module: Any, path: str) -> Node:
    from torch import nn

    classes = _class_names(type(module), "torch.nn.modules", "nn.")
    containers = (nn.Sequential, nn.ModuleList, nn.ParameterList)
    kind = "sequence" if isinstance(module, containers) else "module"
    if isinstance(module, (nn.ModuleDict, nn.ParameterDict)):
        kind = "mapping"
    node = Node(kind, path, classes, handle=module)
    node.leaf = kind == "module" and any(name.startswith("nn.") and name != "nn.Module" for name in classes)
    skipped = module._non_persistent_buffers_set
    for name, tensor in [*module._parameters.items(), *module._buffers.items()]:
        if tensor is not None:
            child = _join(path, name)
            node.children[name] = Node("tensor", child, tensor=_torch_tensor(module, name, child, name not in skipped))
    for name, child_module in module._modules.items():
        if child_module is not None:
            node.children[name] = _torch_node(child_module, _join(path, name))
    return node


def _torch_tensor(module: Any, attribute: str, name: str, persistent: bool) -> Tensor:
    """A parameter or buffer by its place: the forward pass may put another tensor there (`self.mean = …`)."""
    import torch

    def held() -> Any:
        return module._parameters[attribute] if attribute in module._parameters else module._buffers[attribute]

    tensor = held()
    if torch.nn.parameter.is_lazy(tensor):
        raise TensorglotError(f"{name} is not initialised yet", code="TG041", remedy="call the model once first")

    def read() -> Any:
        value = held().detach().cpu()
        return (value.float() if value.dtype == torch.bfloat16 else value).numpy()

    def write(value: Any) -> None:
        with torch.no_grad():
            held().copy_(torch.tensor(value))

    return Tensor(name, tuple(tensor.shape), id(tensor), read, write, tensor, persistent, tensor.requires_grad)


def _class_names(cls: type, package: str, prefix: str) -> tuple[str, ...]:
    """Names of the class and its bases; those defined in `package` get the catalog's prefix."""
    names = []
    for base in cls.__mro__:
        module = base.__module__
        if module == package or module.startswith(package + "."):
            names.append(prefix + base.__name__)
        elif module != "builtins":
            names.append(f"{module}:{base.__qualname__}")
    return tuple(names)


# Keras


def keras_tree(model: Any) -> Node:
    """Tree of a Keras model or layer that has been built; tensor names are attribute paths."""
    tree = _keras_node(model, "", set())
    assert tree is not None
    return tree


def keras_subtree(layer: Any, path: str) -> Node | None:
    """Tree of a layer that stands at a path of a model."""
    return _keras_node(layer, path, set())


@functools.cache
def _keras_internals() -> frozenset[str]:
    """Attributes that Keras itself sets on every layer, model or Sequential."""
    import keras

    class Plain(keras.layers.Layer):
        pass

    bare = (Plain(), keras.Model(), keras.Sequential())
    return frozenset().union(*(vars(obj) for obj in bare)) - {"built"}


def _keras_node(value: Any, path: str, above: set[int]) -> Node | None:
    import keras

    if id(value) in above:  # a child that refers back to its parent
        return None
    above = above | {id(value)}
    if isinstance(value, keras.Variable):
        return Node("tensor", path, tensor=_keras_tensor(value, path))
    if isinstance(value, keras.layers.Layer):
        if _adapter_name(type(value)) == "adapters.ChannelsFirst":  # its layer stands in its place
            return _keras_node(value.layer, path, above)
        return _keras_layer(value, path, above)
    if isinstance(value, Mapping):
        return _keras_children(Node("mapping", path), {str(k): v for k, v in value.items()}, above)
    if isinstance(value, (list, tuple)):
        return _keras_children(Node("sequence", path), {str(i): v for i, v in enumerate(value)}, above)
    if hasattr(value, "shape") and hasattr(value, "dtype") and not callable(value):
        return Node("constant", path, constant=value)
    return None


def _keras_layer(layer: Any, path: str, above: set[int]) -> Node:
    import keras

    classes = tuple(_adapter_name(base) for base in type(layer).__mro__)
    names = tuple(name for pair in zip(classes, _every_class_name(type(layer)), strict=True)
                  if (name := pair[0] or pair[1]) is not None)
    node = Node("module", path, names, handle=layer, built=layer.built)
    node.leaf = any(n.startswith(("layers.", "adapters.")) and n != "layers.Layer" for n in names)
    attributes: dict[str, Any] = {}
    if isinstance(layer, keras.Sequential):
        node.kind, node.leaf = "sequence", False
        attributes = {str(i): inner for i, inner in enumerate(layer.layers)}
    elif isinstance(layer, keras.Model) and type(layer).__module__.startswith("keras."):
        attributes = {inner.name: inner for inner in layer.layers}
        node.leaf = False
    internals = _keras_internals()
    # On its torch backend Keras keeps sub-layers where torch does; TensorFlow's tracking adds `_self_` attributes.
    held = {**vars(layer), **vars(layer).get("_modules", {})}
    attributes |= {name: inner for name, inner in held.items() if name not in internals and name != "_torch_params"
                   and not name.startswith("_self_")}
    inside = attributes.pop("held", None) if _holds_layers(type(layer)) else None
    if inside is not None:
        pairs = inside.items() if isinstance(inside, Mapping) else enumerate(inside)
        attributes |= {str(name): inner for name, inner in pairs}
    # A layer may hold a variable under a private attribute; its own name is the public one.
    for variable in layer._trainable_variables + layer._non_trainable_variables:
        attributes.setdefault(variable.name, variable)
    return _keras_children(node, attributes, above)


def _holds_layers(cls: type) -> bool:
    """True for the adapters that hold layers like a chain, list or dict, and for their subclasses."""
    return any(base.__name__ in ("Chain", "ModuleDict", "ModuleList") for base in cls.__mro__)


def _keras_children(node: Node, attributes: Mapping[str, Any], above: set[int]) -> Node:
    for name, value in attributes.items():
        child = _keras_node(value, _join(node.path, name), above)
        if child is not None and (child.kind not in ("sequence", "mapping") or child.children):
            node.children[name] = child
    return node


def _every_class_name(cls: type) -> tuple[str | None, ...]:
    def name(base: type) -> str | None:
        module = base.__module__
        if module.startswith("keras.") and "layers" in module:
            return "layers." + base.__name__
        return None if module == "builtins" or module.startswith("keras.") else f"{module}:{base.__qualname__}"

    return tuple(name(base) for base in cls.__mro__)


def _adapter_name(cls: type) -> str | None:
    """Adapters are copied into migrated code; their registration tells them from the project's own classes."""
    import keras

    registered = keras.saving.get_registered_name(cls)
    return "adapters." + registered.partition(">")[2] if registered.startswith("adapters>") else None


def _keras_tensor(variable: Any, path: str) -> Tensor:
    def read() -> Any:
        import keras
        import numpy as np

        value = keras.ops.convert_to_numpy(variable)
        return value.astype(np.float32) if value.dtype.name == "bfloat16" else value

    def write(value: Any) -> None:
        import numpy as np

        variable.assign(np.array(value))  # some backends would share the memory of the array with the variable

    return Tensor(path, tuple(variable.shape), id(variable), read, write, variable, trainable=variable.trainable)


#: Keras first: on its torch backend a layer is a torch module too.
TREES: dict[str, Callable[[Any], Node]] = {"keras": keras_tree, "torch": torch_tree}
