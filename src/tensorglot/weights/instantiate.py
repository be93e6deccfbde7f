"""A plan made concrete: which tensor of a torch state dict is which dataset of a Keras weights file, and how.

The list is plain JSON (the plan's "tensors"), so that checkpoints are converted without either framework:

``{"source": name, "target": [paths], "shape": [...], "target_shape": [...], "steps": [...]}`` one tensor moved (a
target shared by several layers stands under several paths);
``{"source": [names], "keys": [...], "shapes": [...], "target": [[paths], ...], "target_keys": [...],
"target_shapes": [...], "convert": rule, "config": {...}}`` the tensors of one layer converted together;
``{"source": name, "alias": name}`` a tied tensor; ``{"source": name, "shape": ..., "dtype": ..., "drop": reason}``;
``{"source": name, "shape": ..., "dtype": ..., "value": nested list or None}`` computed by the target.
"""

from __future__ import annotations

from typing import Any

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights.pairing import Move, check
from tensorglot.weights.plan import Plan, load_plan
from tensorglot.weights.trees import Tensor, tree_of

#: Derived buffers of more elements are not written into the plan.
_SMALL = 4096


def instantiate(src_model: Any, dst_model: Any, plan: Any = None, *, unbuilt: str = "error") -> list[dict[str, Any]]:
    """The plan's "tensors" for two live models that have been called once; see the module docstring.

    `src_model` is of the plan's source framework. Raises TG041 as `transfer_weights` does.
    """
    from tensorglot.weights.transfer import pair_models

    loaded: Plan = load_plan(plan)
    pairing, _, _, reverse = pair_models(src_model, dst_model, loaded, unbuilt)
    if reverse:
        raise TensorglotError(f"the first model must be of the plan's source framework, {loaded.source}", code="TG002")
    check(pairing)
    names = {framework: stored_names(model) for framework, model in (("source", src_model), ("target", dst_model))}
    return [document for move in pairing.moves if (document := _document(move, names)) is not None]


def stored_names(model: Any) -> dict[int, list[str]]:
    """Names of each tensor (by identity) in a weights file: state dict keys for torch, HDF5 paths for Keras."""
    framework, tree = tree_of(model)
    if framework == "keras":
        return h5_paths(model)
    found: dict[int, list[str]] = {}
    for tensor in tree.tensors():
        if tensor.persistent:
            found.setdefault(tensor.key, []).append(tensor.name)
    return found


def h5_paths(model: Any) -> dict[int, list[str]]:
    """Paths of each variable (by identity) in the file that `model.save_weights` would write."""
    # Keras names groups after attributes and classes; only its own walk gives exactly these names.
    from keras.src.saving import saving_lib

    class Recorder(saving_lib.H5IOStore):
        """A store that writes nothing and remembers what would be stored where."""

        def __init__(self) -> None:
            self.path = ""
            self.found: dict[int, list[str]] = {}

        def __bool__(self) -> bool:
            return True

        def make(self, path: str, metadata: Any = None) -> Recorder:
            self.path = path
            return self

        def __setitem__(self, key: str, value: Any) -> None:
            self.found.setdefault(id(value), []).append("/".join(filter(None, (self.path, "vars", key))))

    recorder = Recorder()
    saving_lib._save_state(model, weights_store=recorder, assets_store=None, inner_path="", visited_saveables=set())
    return recorder.found


def _document(move: Move, names: dict[str, dict[int, list[str]]]) -> dict[str, Any] | None:
    if move.kind == "converted":
        return {"source": [t.name for t in move.sources], "keys": move.source_names,
                "shapes": [list(t.shape) for t in move.sources], "target": [_stored(t, names) for t in move.targets],
                "target_keys": move.target_names, "target_shapes": [list(t.shape) for t in move.targets],
                "convert": move.convert, "config": _plain(move.config)}
    tensor = move.sources[0]
    if move.kind == "moved":
        return {"source": tensor.name, "target": _stored(move.targets[0], names), "shape": list(tensor.shape),
                "target_shape": list(move.targets[0].shape), "steps": move.steps}
    if not tensor.persistent:
        return None
    if move.kind == "alias":
        return {"source": tensor.name, "alias": move.reason}
    value = tensor.read()
    document = {"source": tensor.name, "shape": list(tensor.shape), "dtype": value.dtype.name}
    if move.kind == "dropped":
        return document | {"drop": move.reason}
    return document | {"value": value.tolist() if value.size <= _SMALL else None}


def _stored(tensor: Tensor, names: dict[str, dict[int, list[str]]]) -> list[str]:
    paths = names["target"].get(tensor.key)
    if not paths:
        raise TensorglotError(f"{tensor.name} is not saved by Keras: the model does not track it", code="TG041",
                              remedy="hold it in an attribute of a layer")
    return paths


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in config.items()}
