"""Methods of modules that the framework's base class has: `modules()`, `parameters()`, `eval()`."""

from __future__ import annotations

from typing import Any

from ..pivot.nodes import Host, Node, call
from .attributes import self_attribute
from .checkpoints import state_call
from .training import is_super

#: Views of the dictionary of a module's children → adapter.
_CHILDREN = {"values": "children", "items": "named_children"}

#: Module-tree methods → adapter.
_TREE = {"modules": "modules", "named_modules": "named_modules", "children": "children",
         "named_children": "named_children", "apply": "apply", "named_parameters": "named_parameters",
         "get_submodule": "get_submodule"}


def module_method(lowerer: Any, node: Host, func: Host) -> Node | None:
    """`module.method(…)` of the framework's base class."""
    context = lowerer.context
    receiver, method = func.fields["value"], func.fields["attr"]
    if isinstance(receiver, Host) and receiver.kind == "Attribute" and \
            receiver.fields["attr"] == context.source_dialect.CHILDREN and method in _CHILDREN:
        return lowerer.placed(_children(lowerer, receiver.fields["value"], _CHILDREN[method]), node)
    own_class = lowerer.functions[-1]["owner"] if lowerer.functions else None
    on_self = lowerer.is_self(receiver) and context.role_of(own_class) is not None
    if _takes_training(lowerer, node, func, own_class):
        return _with_training(lowerer, node)
    if on_self and _defines(context, own_class, method):
        return None
    sort = context.sort_of(receiver, lowerer) or ""
    if not on_self and not (sort == "module" or sort.startswith("layer:")):
        return None
    if method in context.source_dialect.CHAINED:
        return lowerer.visit(receiver)
    target = lowerer.visit(receiver)
    if method in ("modules", "named_modules", "children", "named_children", "apply", "named_parameters",
                  "get_submodule"):
        func_node = lowerer.use(f"adapters.{_TREE[method]}")
        return lowerer.placed(call(func_node, [target, *lowerer.visit(node.fields["args"])]), node)
    if method == "parameters" and context.freezes:
        return lowerer.placed(call(lowerer.use("adapters.parameters"), [target]), node)
    if method == "parameters" and sort in ("layer:module_list", "layer:module_dict"):
        inside = "holder.values()" if sort == "layer:module_dict" else "holder"
        text = f"[weight for layer in {inside} for weight in layer.trainable_weights]"
        return lowerer.placed(lowerer.template(text, {"holder": target}), node)
    if method == "parameters":
        return lowerer.placed(Host("Attribute", {"value": target, "attr": "trainable_weights"}), node)
    if method in ("load_state_dict", "state_dict"):
        return state_call(lowerer, node, method, target)
    if method in ("register_forward_hook", "register_forward_pre_hook",
                  "register_full_backward_hook", "_register_load_state_dict_pre_hook",
                  "_register_state_dict_hook", "register_load_state_dict_post_hook"):
        remedy = "Convert the checkpoint with `tensorglot convert` and call model.load_weights." \
            if "state_dict" in method else "Call the hook's code in the forward method."
        return lowerer.mark(node, "TG013", f"{method} has no counterpart", remedy)
    if sort == "layer:sequential" and method == "append":
        func_node = Host("Attribute", {"value": target, "attr": "add"}, verbatim=False)
        return lowerer.placed(call(func_node, lowerer.visit(node.fields["args"])), node)
    return None


def resets_weights(lowerer: Any, value: Node) -> bool:
    """True for `layer.reset_parameters()` and `super().reset_parameters()` of the framework's own layers."""
    func = value.fields["func"] if isinstance(value, Host) and value.kind == "Call" else None
    if not (isinstance(func, Host) and func.kind == "Attribute" and func.fields["attr"] == "reset_parameters") or \
            lowerer.dialect is lowerer.context.source_dialect:
        return False
    receiver, context = func.fields["value"], lowerer.context
    if is_super(receiver):
        return context.base_layer(lowerer.owner) is not None and not any(
            "reset_parameters" in i.methods for i in list(context.classes.ancestors(lowerer.owner or ""))[1:])
    return (context.sort_of(receiver, lowerer) or "").startswith("layer:")


def forward_chosen(lowerer: Any, node: Host) -> Node | None:
    """`self.forward = self.other` in a constructor: which method computes the output; None for other assignments."""
    target, value = node.fields["targets"][0], node.fields["value"]
    context, frame = lowerer.context, lowerer.functions[-1] if lowerer.functions else None
    attr = self_attribute(target)
    if frame is None or attr != context.source_dialect.FORWARD or not lowerer.is_self(target.fields["value"]) or \
            context.role_of(frame["owner"]) is None or lowerer.dialect is context.source_dialect:
        return None
    method = self_attribute(value)
    if method is None or not _defines(context, frame["owner"], method) or context.training.needs(frame["owner"], method):
        return lowerer.placed(Host("Expr", {"value": lowerer.mark(
            node, "TG013", "the forward computation is chosen at run time",
            "Choose in the forward method itself, by an attribute.")}), node)
    place = Host("Attribute", {"value": lowerer.visit(target.fields["value"]), "attr": lowerer.dialect.FORWARD},
                 verbatim=False)
    return lowerer.placed(Host("Assign", {"targets": [place], "value": lowerer.visit(value)}), node)


def _children(lowerer: Any, holder: Node, adapter: str) -> Host:
    """The layers that a module holds, or pairs of names and layers."""
    context = lowerer.context
    target = lowerer.visit(holder)
    if adapter == "children" and lowerer.is_self(holder) and context.role_of(lowerer.owner) == "sequential":
        return Host("Attribute", {"value": target, "attr": "layers"}, verbatim=False)
    return call(Host("Name", {"id": "list"}, verbatim=False), [call(lowerer.use(f"adapters.{adapter}"), [target])])


def _defines(context: Any, key: str | None, method: str) -> bool:
    return any(method in i.methods for i in context.classes.ancestors(key or ""))


def _takes_training(lowerer: Any, node: Host, func: Host, key: str | None) -> bool:
    """True for calls of the same object's methods, and of forward methods, to which the training flag is passed."""
    context = lowerer.context
    frame = lowerer.functions[-1] if lowerer.functions else None
    if frame is None or key is None or frame["role"] == "init" or not context.training.needs(key, _method_of(frame)):
        return False
    receiver, method = func.fields["value"], func.fields["attr"]
    if lowerer.is_self(receiver) or is_super(receiver):
        return _defines(context, key, method) and context.training.needs(key, method)
    return any(context.training.needs(owner, method) for owner in context.training.forward_owners(lowerer.file.module, node))


def _with_training(lowerer: Any, node: Host) -> Node:
    made = lowerer.generic(node)
    word = Host("keyword", {"arg": "training", "value": Host("Name", {"id": "training"}, verbatim=False)},
                verbatim=False)
    made.fields["keywords"] = [*made.fields["keywords"], word]
    made.verbatim = False
    return made


def _method_of(frame: dict[str, Any]) -> str:
    """Name of the method that a frame of the lowering is in."""
    return str(frame["name"]).split(".<locals>.")[0].split(".")[-1]
