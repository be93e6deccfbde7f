"""The pivot as JSON and back, without loss.

The form is stable: keys stand in the order of the node's fields, fields at their default are left out. What JSON has
no word for is tagged: ``{"tuple": [...]}``, ``{"dict": {...}}``, ``{"pairs": [[key, value], ...]}``,
``{"bytes": base64}``, ``{"complex": [re, im]}``, ``{"float": "inf"}``, ``{"ellipsis": true}``; a node is
``{"node": class, field: value, ...}``. A node with a place in the text also has a ``sum``, by which edits are noticed
(`edits`); whoever edits the document leaves it alone.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
from typing import Any

from tensorglot.diagnostics import TensorglotError
from tensorglot.pivot import nodes
from tensorglot.pivot.classes import ClassInfo
from tensorglot.pivot.edits import checksum, forget_text, note_edit, text_checksum
from tensorglot.pivot.nodes import File, Host, Node, Program

FORMAT = "tensorglot-pivot"
VERSION = 1

#: Node classes by their name in the JSON.
CLASSES: dict[str, type[Node]] = {
    cls.__name__: cls for cls in vars(nodes).values()
    if isinstance(cls, type) and issubclass(cls, Node) and cls not in (Node, nodes.Canonical)
}


def dumps(program: Program, *, text: bool = True, spans: bool = True, indent: int | None = 1) -> str:
    """The program as JSON text. `text` and `spans` False leave out the source text and the places in it: what remains
    is an equal program. Facts are kept as their tape; layouts follow from the rest and are not kept."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "source": program.source,
        "files": [_file(file, text, spans and text) for file in program.files.values()],
        "package": program.package,
        "packages": program.packages,
        "classes": [_class(info) for info in program.classes.table.values()],
        "facts": _tape(program.facts),
    }
    return json.dumps(document, indent=indent) + "\n"


def loads(text: str) -> Program:
    """The program of a JSON text. Raises `TensorglotError` (TG001), naming the place in the document, where it is
    none, or of a version that is not understood."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise _unreadable(f"the pivot is no JSON: {error.msg}", error.lineno, error.colno - 1) from None
    except RecursionError:
        raise _unreadable("the pivot is nested too deeply") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _unreadable(f"the file is no pivot: \"format\" is not {FORMAT!r}")
    if document.get("version") != VERSION:
        raise _unreadable(f"pivot version {document.get('version')!r} is not understood (this is version {VERSION})")
    files = _need(document, "files", list, "$")
    program = Program(_need(document, "source", str, "$"), {})
    for number, item in enumerate(files):
        file = _decode_file(item, f"$.files[{number}]")
        if file.module in program.files:
            raise _unreadable(f"$.files[{number}]: module {file.module!r} stands twice")
        program.files[file.module] = file
    program.package = document.get("package")
    program.packages = _strings(document.get("packages", []), "$.packages")
    for number, item in enumerate(document.get("classes", [])):
        info = _decode_class(item, f"$.classes[{number}]")
        program.classes.table[info.key] = info
    program.facts = _facts(document.get("facts"))
    return program


def encode(value: Any, spans: bool = True) -> Any:
    """A node or field value as plain JSON data. Raises `TypeError` for a value that is no part of a program."""
    if isinstance(value, Node):
        return _encode_node(value, spans)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, list):
        return [encode(item, spans) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, spans) for item in value]}
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {"dict": {key: encode(item, spans) for key, item in value.items()}}
        return {"pairs": [[encode(key, spans), encode(item, spans)] for key, item in value.items()]}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, complex):
        return {"complex": [encode(value.real), encode(value.imag)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    raise TypeError(f"{type(value).__name__} is no part of a pivot program")


def decode(data: Any, where: str = "$") -> Any:
    """The inverse of `encode`. Raises `TensorglotError` (TG001) that names the place."""
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if isinstance(data, list):
        return [decode(item, f"{where}[{number}]") for number, item in enumerate(data)]
    if "node" in data:
        return _decode_node(data, where)
    if len(data) == 1:
        tag, content = next(iter(data.items()))
        if tag in _TAGS:
            try:
                return _TAGS[tag](content, where)
            except (TypeError, ValueError, AttributeError):
                raise _unreadable(f"{where}: {tag!r} holds {content!r:.60}") from None
    raise _unreadable(f"{where}: neither a node nor a tagged value: {sorted(data)!r:.80}")


_TAGS: dict[str, Any] = {
    "tuple": lambda content, where: tuple(decode(list(content), where)),
    "dict": lambda content, where: {key: decode(item, f"{where}.{key}") for key, item in content.items()},
    "pairs": lambda content, where: {decode(key, where): decode(item, where) for key, item in content},
    "bytes": lambda content, where: base64.b64decode(content, validate=True),
    "complex": lambda content, where: complex(*(decode(part, where) for part in content)),
    "float": lambda content, where: float(content),
    "ellipsis": lambda content, where: ...,
}


def _encode_node(node: Node, spans: bool) -> dict[str, Any]:
    out: dict[str, Any] = {"node": type(node).__name__}
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if field.name == "span" or (field.name in ("fields", "args") and isinstance(value, dict)):
            continue
        if field.name == "verbatim" and not spans or _is_default(field, value):
            continue
        out[field.name] = encode(value, spans)
    for name in ("fields", "args"):
        if hasattr(type(node), name):
            out[name] = {key: encode(item, spans) for key, item in getattr(node, name).items()}
    if spans and node.span is not None:
        out["span"] = list(node.span)
        out["sum"] = checksum(node)
    return out


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return value is field.default or (isinstance(value, (bool, str, int)) and value == field.default
                                          and type(value) is type(field.default))
    return field.default_factory is not dataclasses.MISSING and value == field.default_factory()


def _decode_node(data: dict[str, Any], where: str) -> Node:
    cls = CLASSES.get(data["node"]) if isinstance(data["node"], str) else None
    if cls is None:
        raise _unreadable(f"{where}: unknown node class {data['node']!r:.60}")
    known = {field.name: field for field in dataclasses.fields(cls)}
    values: dict[str, Any] = {}
    for name, item in data.items():
        if name in ("node", "sum"):
            continue
        if name not in known:
            raise _unreadable(f"{where}: {cls.__name__} has no field {name!r:.60}")
        values[name] = _decode_field(name, item, f"{where}.{name}")
    for name, field in known.items():
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if name not in values and not optional:
            raise _unreadable(f"{where}: {cls.__name__} lacks its field {name!r}")
    made = cls(**values)
    if "sum" in data and made.span is not None and data["sum"] != checksum(made):
        note_edit(made)
    return made


def _decode_field(name: str, item: Any, where: str) -> Any:
    if name in ("fields", "args"):
        if not isinstance(item, dict):
            raise _unreadable(f"{where}: not an object")
        return {key: decode(value, f"{where}.{key}") for key, value in item.items()}
    if name == "span":
        if not (isinstance(item, list) and len(item) == 2 and all(type(part) is int for part in item)):
            raise _unreadable(f"{where}: not a pair of offsets")
        return (item[0], item[1])
    return decode(item, where)


def _file(file: File, text: bool, spans: bool) -> dict[str, Any]:
    out: dict[str, Any] = {"module": file.module, "path": file.path}
    for field in dataclasses.fields(file):
        if field.name in ("module", "path", "body", "text"):
            continue
        value = getattr(file, field.name)
        if not _is_default(field, value):
            out[field.name] = encode(value, spans)
    if text:
        out["text"] = file.text
        out["sum"] = text_checksum(file.text)
    out["body"] = encode(file.body, spans)
    return out


def _decode_file(item: Any, where: str) -> File:
    if not isinstance(item, dict):
        raise _unreadable(f"{where}: not an object")
    body = decode(item.get("body"), f"{where}.body")
    if not isinstance(body, Host) or body.kind != "Module":
        raise _unreadable(f"{where}.body: not the tree of a module")
    known = {field.name for field in dataclasses.fields(File)}
    others = {key: decode(value, f"{where}.{key}") for key, value in item.items()
              if key not in ("module", "path", "body", "text", "sum")}
    if unknown := sorted(set(others) - known):
        raise _unreadable(f"{where}: a file has no field {unknown[0]!r}")
    module, path = _need(item, "module", str, where), _need(item, "path", str, where)
    text = _need(item, "text", str, where) if "text" in item else ""
    if "sum" in item and item["sum"] != text_checksum(text):
        forget_text(body)
        text = ""
    return File(module, path, body, text, **others)


def _class(info: ClassInfo) -> dict[str, Any]:
    return {"key": info.key, "module": info.module, "role": info.role, "bases": info.bases,
            "attributes": info.attributes, "methods": sorted(info.methods)}


def _decode_class(item: Any, where: str) -> ClassInfo:
    if not isinstance(item, dict):
        raise _unreadable(f"{where}: not an object")
    role = item.get("role")
    if role is not None and not isinstance(role, str):
        raise _unreadable(f"{where}.role: {role!r:.60} is no role")
    return ClassInfo(_need(item, "key", str, where), _need(item, "module", str, where),
                     _strings(item.get("bases", []), f"{where}.bases"), role,
                     _table(item.get("attributes", {}), f"{where}.attributes"),
                     set(_strings(item.get("methods", []), f"{where}.methods")))


def _strings(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _unreadable(f"{where}: not a list of strings")
    return value


def _table(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _unreadable(f"{where}: not a table of strings")
    return value


def _need(item: dict[str, Any], name: str, kind: type, where: str) -> Any:
    value = item.get(name)
    if not isinstance(value, kind):
        raise _unreadable(f"{where}: {name!r} is missing or no {kind.__name__}")
    return value


def _tape(facts: Any) -> Any:
    """The tape of a program's facts (which may be an index of it) as data; None where nothing was run."""
    tape = getattr(facts, "tape", facts)
    return json.loads(tape.to_json()) if hasattr(tape, "to_json") else None


def _facts(data: Any) -> Any:
    if data is None:
        return None
    from tensorglot import facts

    return facts.Tape.from_json(json.dumps(data))


def _unreadable(message: str, line: int = 0, col: int = 0) -> TensorglotError:
    return TensorglotError(message, code="TG001", line=line, col=col,
                           remedy="make the file with `tensorglot inspect PATH --format json`")
