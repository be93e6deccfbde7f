"""The weight plan: how tensors of a source model map to those of its migrated model.

A plan holds rules per module class (docs/architecture.md, "Weight plan"), the axis order of the models' interfaces,
and optionally the list of tensors of one instantiated model.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tensorglot.diagnostics import TensorglotError

VERSION = 1
_KNOWN = {"version", "source", "target", "classes", "interface", "tensors"}


@dataclass(frozen=True)
class Rows:
    """A dense axis that is a flattened feature map: its sizes as seen, and the order in which they are stored."""

    sizes: tuple[int, ...]
    order: tuple[int, ...]


@dataclass
class ClassPlan:
    """Rules of one module class; paths are relative to a module of this class.

    `attributes` renames children. `parameters` says how own parameters and buffers are stored: ``{"permute": [...]}``
    or ``{"drop": reason}``. `rows` names layers whose input features, `columns` those whose output features are a
    flattened feature map.
    """

    attributes: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    columns: dict[str, Rows] = field(default_factory=dict)

    def merged(self, other: ClassPlan) -> ClassPlan:
        """This plan with the rules of `other` taking precedence."""
        return ClassPlan(self.attributes | other.attributes, self.parameters | other.parameters,
                         self.rows | other.rows, self.columns | other.columns)


@dataclass
class Plan:
    """A weight plan. `interface` maps a model expression to ``{"inputs": [axes or None], "outputs": [...]}``."""

    source: str = "torch"
    target: str = "keras"
    classes: dict[str, ClassPlan] = field(default_factory=dict)
    interface: dict[str, dict[str, Any]] = field(default_factory=dict)
    tensors: list[dict[str, Any]] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def for_classes(self, names: tuple[str, ...]) -> ClassPlan:
        """Rules for a module whose class and bases are called `names`, the most derived first."""
        found = ClassPlan()
        for name in reversed(names):
            for key in dict.fromkeys((name.rpartition(":")[2], name)):
                if key in self.classes:
                    found = found.merged(self.classes[key])
        return found

    def to_json(self) -> dict[str, Any]:
        """The plan as a JSON document; what is empty is left out."""
        document: dict[str, Any] = {"version": VERSION, "source": self.source, "target": self.target,
                                    "classes": {name: _class_json(c) for name, c in self.classes.items()}}
        if self.interface:
            document["interface"] = self.interface
        if self.tensors is not None:
            document["tensors"] = self.tensors
        return document | self.extra

    def save(self, path: str | Path) -> None:
        """Writes the plan; the file appears whole or not at all."""
        path = Path(path)
        temporary = path.with_name(path.name + ".part")
        temporary.write_text(json.dumps(self.to_json(), indent=1) + "\n", encoding="utf-8")
        os.replace(temporary, path)


def load_plan(plan: Plan | Mapping[str, Any] | str | os.PathLike[str] | None) -> Plan:
    """A plan from a path, a JSON document, a `Plan`, or None (an empty plan). Raises TG002 where it is malformed."""
    if plan is None:
        return Plan()
    if isinstance(plan, Plan):
        return plan
    if isinstance(plan, Mapping):
        return parse_plan(plan)
    path = Path(plan)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TensorglotError(f"cannot read the weight plan {path}: {error.strerror}", code="TG002") from error
    except ValueError as error:
        raise TensorglotError(f"{path} is no weight plan: {error}", code="TG002") from error
    return parse_plan(document, str(path))


def parse_plan(document: Any, where: str = "weight plan") -> Plan:
    """Checks a JSON document and makes a `Plan` of it; raises TG002 with the offending key."""
    _require(isinstance(document, Mapping), where, "is not a JSON object")
    _require(document.get("version") == VERSION, where, f"has version {document.get('version')!r}, not {VERSION}")
    for key in ("source", "target"):
        _require(isinstance(document.get(key), str), where, f"has no {key!r} framework")
    classes = _mapping(document.get("classes", {}), where, "classes")
    tensors = document.get("tensors")
    _require(tensors is None or isinstance(tensors, list), where, "has \"tensors\" that are not a list")
    return Plan(document["source"], document["target"],
                {name: _parse_class(_mapping(c, where, name), where, name) for name, c in classes.items()},
                dict(_mapping(document.get("interface", {}), where, "interface")), tensors,
                {k: v for k, v in document.items() if k not in _KNOWN})


def _parse_class(rules: Mapping[str, Any], where: str, name: str) -> ClassPlan:
    unknown = set(rules) - {"attributes", "parameters", "rows", "columns"}
    _require(not unknown, where, f"has unknown rules {sorted(unknown)} for class {name}")
    attributes = _mapping(rules.get("attributes", {}), where, f"{name}.attributes")
    for key, value in attributes.items():
        _require(isinstance(value, str), where, f"renames {name}.{key} to something that is not a name")
    parameters = _mapping(rules.get("parameters", {}), where, f"{name}.parameters")
    for key, value in parameters.items():
        _check_parameter(value, where, f"{name}.{key}")
    rows, columns = ({key: _parse_rows(value, where, f"{name}.{section}.{key}")
                      for key, value in _mapping(rules.get(section, {}), where, f"{name}.{section}").items()}
                     for section in ("rows", "columns"))
    return ClassPlan(dict(attributes), {k: dict(v) for k, v in parameters.items()}, rows, columns)


def _check_parameter(value: Any, where: str, name: str) -> None:
    value = _mapping(value, where, name)
    _require(len(value) == 1 and set(value) <= {"permute", "drop"}, where, f"has an unknown rule for {name}")
    if "permute" in value:
        _require(_is_permutation(value["permute"]), where, f"has no permutation for {name}")


def _parse_rows(value: Any, where: str, name: str) -> Rows:
    value = _mapping(value, where, name)
    sizes, order = value.get("chw"), value.get("order")
    _require(isinstance(sizes, list) and len(sizes) > 0 and all(type(s) is int and s > 0 for s in sizes), where,
             f"has no sizes \"chw\" for {name}")
    _require(_is_permutation(order) and len(order or ()) == len(sizes or ()), where, f"has no \"order\" for {name}")
    return Rows(tuple(sizes or ()), tuple(order or ()))


def _is_permutation(value: Any) -> bool:
    return isinstance(value, list) and all(type(i) is int for i in value) and sorted(value) == list(range(len(value)))


def _class_json(rules: ClassPlan) -> dict[str, Any]:
    document: dict[str, Any] = {"attributes": rules.attributes, "parameters": rules.parameters}
    for section, entries in (("rows", rules.rows), ("columns", rules.columns)):
        document[section] = {k: {"chw": list(r.sizes), "order": list(r.order)} for k, r in entries.items()}
    return {key: value for key, value in document.items() if value}


def _mapping(value: Any, where: str, name: str) -> Mapping[str, Any]:
    _require(isinstance(value, Mapping), where, f"has {name!r} that is not an object")
    return value


def _require(condition: bool, where: str, message: str) -> None:
    if not condition:
        raise TensorglotError(f"{where} {message}", code="TG002",
                              remedy="take the plan that was written beside the migrated file")
