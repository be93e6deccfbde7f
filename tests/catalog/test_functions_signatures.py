"""Signatures of the tensor functions agree with the frameworks' own."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from pathlib import Path

import pytest
import torch
from evaluating import NAMESPACES

from tensorglot.catalog import registry

FAMILIES = ("create", "elementwise", "reduce", "shape", "index", "linalg", "random", "distributions", "einops", "device",
            "misc")
registry.load()
ENTRIES = [e for e in registry.REGISTRY.values() if e.family in FAMILIES]
#: A default that is not a literal.
ANY = object()
#: Differences without a meaning.
EQUAL = {("F.one_hot", "num_classes has no default"), ("Tensor.requires_grad_", "no parameter requires_grad")}


@functools.cache
def stubs() -> dict[str, list[ast.arguments]]:
    """Overloads of torch's compiled functions by name (`torch.cat`, `Tensor.view`), from the stub files."""
    found: dict[str, list[ast.arguments]] = {}
    folder = Path(torch.__file__).parent / "_C"
    for file, prefix in (("_VariableFunctions.pyi", "torch."), ("__init__.pyi", "Tensor."), ("_nn.pyi", "F.")):
        for node in ast.walk(ast.parse((folder / file).read_text())):
            body = node.body if isinstance(node, ast.Module) and prefix != "Tensor." else \
                node.body if isinstance(node, ast.ClassDef) and node.name == "TensorBase" else []
            for item in body:
                if isinstance(item, ast.FunctionDef):
                    found.setdefault(prefix + item.name, []).append(item.args)
    return found


def described(function) -> inspect.Signature | None:
    """The signature that the first line of a docstring gives."""
    match = re.search(r"\w+(\(.*?\))\s*->", (function.__doc__ or "").replace("\n", " "))
    if not match:
        return None
    try:
        exec(f"def f{match.group(1)}: pass", space := {})
    except (SyntaxError, NameError):
        return None
    return inspect.signature(space["f"])


def parameters(arguments: ast.arguments) -> list[tuple[str, object, str]]:
    """(name, default or ..., kind) of a stub's parameters; ... where there is none or it is not a literal."""
    out = []
    positional = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for arg, default in zip(positional, defaults, strict=True):
        out.append((arg.arg, literal(default), "positional"))
    if arguments.vararg:
        out.append((arguments.vararg.arg, ..., "star"))
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        out.append((arg.arg, literal(default), "keyword"))
    return out


def literal(default):
    try:
        return ... if default is None else ast.literal_eval(default)
    except ValueError:
        return ANY


def of_inspection(signature: inspect.Signature) -> list[tuple[str, object, str]]:
    kinds = {inspect.Parameter.VAR_POSITIONAL: "star", inspect.Parameter.KEYWORD_ONLY: "keyword",
             inspect.Parameter.VAR_KEYWORD: "starstar"}
    return [(p.name, ... if p.default is p.empty else p.default, kinds.get(p.kind, "positional"))
            for p in signature.parameters.values()]


def real_overloads(callee: str, framework: str) -> list[list[tuple[str, object, str]]]:
    """What the framework says of a callee; empty where it says nothing."""
    if callee in stubs() and framework == "torch":
        return [parameters(a) for a in stubs()[callee]]
    head, *rest = callee.split(".")
    if head in ("operator", "torchvision") or callee == "torch.Tensor" or callee.startswith("torch.ops."):
        return []  # operators of another package that are compiled for another build are not there
    space = {**NAMESPACES[framework], "Tensor": torch.Tensor}
    if rest[0] == "layers" and head == "einops":
        import einops.layers.torch  # noqa: F401

        rest = ["layers", "torch", *rest[1:]]
    function = torch.nn.modules.utils if callee.startswith("nn._") else space[head]
    for part in rest:
        function = getattr(function, part)
    try:
        return [of_inspection(inspect.signature(function))]
    except (TypeError, ValueError):
        found = described(function)
        return [of_inspection(found)] if found else []


def problem(signature: registry.Signature, real: list[tuple[str, object, str]]) -> str | None:
    """Why a catalog signature does not fit a real one; None where it does."""
    names = [name for name, _, _ in real]
    if real and real[0][2] == "star" and real[0][0] == "args":
        return None  # (*args, **kwargs): a dispatcher that tells nothing
    position = 0
    for param in signature.params:
        name = param.name
        if param.kind == "starstar":
            if real[-1][2] != "starstar":
                return "no keyword rest"
            continue
        if name not in names:
            if name == "self" and "input" in names:
                name = "input"
            else:
                return f"no parameter {name}"
        real_name, default, kind = real[names.index(name)]
        if param.kind == "star" and kind not in ("star", "positional"):
            return f"{name} is not variadic"
        if param.kind == "positional":
            if kind == "keyword" and param.default is None:
                return f"{name} is keyword-only"
            if kind == "positional" and param.default is None and names.index(name) != position:
                return f"{name} is not at position {position}"
        position += 1
        wanted = ... if param.default is None else ast.literal_eval(param.default)
        known = default is not ... and default is not ANY and param.expr is not None
        if wanted is not ... and known and wanted != default and (wanted, default) != (False, None):
            return f"default of {name} is {default!r}"
        if wanted is not ... and default is ... and kind != "star":
            return f"{name} has no default"
    used = {p.name for p in signature.params}
    lacking = [n for n, default, kind in real if default is ... and kind in ("positional", "keyword") and n not in used]
    return f"{lacking[0]} is required" if lacking and not (lacking == ["input"] and "self" in used) else None


CASES = [(e.name, framework, n) for e in ENTRIES for framework in NAMESPACES
         for n, s in enumerate(e.signatures.get(framework) or ()) if s.callee != "=" and not s.attribute]


@pytest.mark.parametrize(("name", "framework", "number"), CASES)
def test_signature_is_the_real_one(name, framework, number):
    entry = next(e for e in ENTRIES if e.name == name)
    signature = entry.signatures[framework][number]
    overloads = real_overloads(signature.callee, framework)
    if not overloads:
        pytest.skip("the framework tells no signature")
    problems = [problem(signature, real) for real in overloads]
    # One catalog signature may join overloads: a parameter that only some of them have is optional.
    shared = set.intersection(*({name for name, _, _ in real} for real in overloads))
    problems = [None if p and p.endswith("has no default") and p.split()[0] not in shared else p for p in problems]
    assert None in problems or (signature.callee, problems[0]) in EQUAL, f"{signature.callee}: {problems}"
