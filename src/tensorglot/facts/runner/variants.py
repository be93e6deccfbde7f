"""Variants of examples that ran: optional inputs given, switches turned, other choices of text options."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Iterator
from typing import Any

from .. import search
from ..inputs import InputSpec, parse_input, resized
from .construct import NEVER_SET, parameters_of
from .execute import Executor
from .sandbox import OutOfTime
from .solver import InputSolver

#: Variants tried per model.
MAX_VARIANTS = 16

#: Image size (pixels) tried beside the one that was found.
OTHER_SIZE = 224


def input_variants(executor: Executor, module: types.ModuleType, model: str, specs: list[str]) -> Iterator[list[str]]:
    """Input lists with one optional argument of the forward added, where a guess for it runs."""
    given = {parse_input(s).name for s in specs}
    try:
        built = executor.build(module, model, executor.DEVICES[0])
    except (Exception, SystemExit, OutOfTime):
        return
    if not executor.recorder.is_module(built.model):
        return
    solver = executor.solver(built, 10.0)
    required, optional = solver.parameters()
    positional = [s for s in map(parse_input, specs) if s.name is None]
    larger = _other_size(list(map(parse_input, specs)))
    if larger and solver.accepts(larger):
        yield larger
    for parameter in optional[max(len(positional) - len(required), 0):]:
        if parameter.name in given:
            continue
        for text in _optional_values(parameter, positional, solver):
            candidate = [*specs, f"{parameter.name}={text}"]
            if solver.accepts(candidate):
                yield candidate
                break


def _other_size(specs: list[InputSpec]) -> list[str] | None:
    """Images at another resolution: windows and paddings take other branches there."""
    if len(specs) != 1 or len(specs[0].shape) not in (4, 5) or specs[0].shape[-1] == OTHER_SIZE:
        return None
    return [str(resized(resized(specs[0], -1, OTHER_SIZE), -2, OTHER_SIZE))]


def _optional_values(parameter: inspect.Parameter, inputs: list[InputSpec], solver: InputSolver) -> list[str]:
    if isinstance(parameter.default, bool):
        return [str(not parameter.default)]
    if parameter.default is not None:
        return []
    shape = inputs[0].shape if inputs and inputs[0].kind == "tensor" else ()
    batch, length = (shape[0], shape[1]) if len(shape) > 1 else (2, 16)
    name = parameter.name.lower()
    if "mask" in name or "bias" in name:
        return [f"bool[{batch},{length}]", f"bool[{length},{length}]", f"float32[{length},{length}]",
                f"bool[{batch},1,1,{length}]", f"bool[{batch},1,{length},{length}]", f"float32[{batch},{length}]",
                f"bool[{batch},{length},{length}]", f"bool[{batch}]"]
    if name in ("targets", "target", "labels", "y"):
        bound = int(inputs[0].high or 10) if inputs else 10
        return [f"int64[{batch},{length}]<{bound}", f"int64[{batch}]<10"]
    same = [str(inputs[0])] if inputs else []
    return [*same, *solver.candidates(name, 1)[:8]]


def model_variants(module: types.ModuleType, model: str, tree: ast.Module) -> Iterator[str]:
    """The model's call with one defaulted argument changed: switches flipped, other texts, optional parts given."""
    call = ast.parse(model, mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return
    parameters = parameters_of(vars(module).get(call.func.id))
    given = {p.name for p in parameters[:len(call.args)]} | {k.arg for k in call.keywords}
    strings = search.compared_strings(tree)
    count = 0
    for parameter in parameters:
        if parameter.name in given or parameter.default is parameter.empty or parameter.name in NEVER_SET:
            continue
        for text in _other_values(parameter.name, parameter.default, strings):
            value = ast.parse(text, mode="eval").body
            yield ast.unparse(ast.Call(call.func, call.args, [*call.keywords, ast.keyword(parameter.name, value)]))
            count += 1
            if count >= MAX_VARIANTS:
                return


def _other_values(name: str, default: Any, strings: dict[str, list[str]]) -> list[str]:
    if isinstance(default, bool):
        return [str(not default)]
    if isinstance(default, str):
        return [repr(s) for s in strings.get(name, ()) if s != default]
    if default is None and name in strings:
        return [repr(s) for s in strings[name]]
    if default is None or isinstance(default, (int, float)) and default == 0:
        guesses = search.Guesses(lambda kind, n: [], strings)
        values = guesses.candidates(name, "")
        return values[:1] if values and values[0] != repr(default) else []
    if isinstance(default, int) and "stride" in name:
        return ["2"]
    return []
