"""Builds a model from an expression and runs it on inputs, on meta tensors if possible."""

from __future__ import annotations

import random
import traceback
import types
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from ....facts.inputs import InputSpec, materialise, parse_input
from .cheap import move_to_meta, without_initialisation
from .finder import Project
from .recorder import Recorder
from .sandbox import OutOfTime, time_limit

#: Said where storage-free tensors cannot carry on: the program looks at values.
_NEEDS_VALUES = ("meta", "data-dependent", "on the same device", "Tensor.item", "aten::")


@dataclass
class Built:
    """A model on a device, with the events of its construction."""

    module: types.ModuleType
    expression: str
    device: str
    model: Any
    events: list[dict[str, Any]]


@dataclass
class Call:
    """One forward pass: what it recorded, and why it failed if it did."""

    mode: str
    error: str | None
    events: list[dict[str, Any]]


@dataclass
class Outcome:
    """What became of an example: the recorded `runs`, and why it failed if it did."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None

    @property
    def ok(self) -> bool:
        """True if the evaluation-mode run succeeded."""
        return bool(self.runs) and self.runs[0]["ok"]

    @property
    def needs_storage(self) -> bool:
        """True where a run ended because tensors have no values."""
        return self.error is not None and "meta tensor" in self.error


class Executor:
    """Runs examples of a project; `seconds` bounds each step (building, one forward pass)."""

    def __init__(self, project: Project, recorder: Recorder, seconds: float):
        self.project = project
        self.recorder = recorder
        self.seconds = seconds

    def run(self, module: types.ModuleType, model: str, inputs: list[str]) -> Outcome:
        """Evaluates `model` in the module's namespace and calls it in both modes.

        Storage-free tensors come first; if they fail, real ones on the CPU follow. The first failure is told.
        """
        outcomes = []
        for device in ("meta", "cpu"):
            outcome = self._attempt(module, model, inputs, device)
            outcomes.append(outcome)
            if outcome.ok and not outcome.needs_storage:
                break
        return next((o for o in reversed(outcomes) if o.ok), outcomes[-1])

    def _attempt(self, module: types.ModuleType, expression: str, inputs: list[str], device: str) -> Outcome:
        try:
            built = self.build(module, expression, device)
        except (Exception, SystemExit, OutOfTime) as error:
            text = "building: " + self.explain(error)
            failed = Built(module, expression, device, None, self.recorder.events)
            return self.outcome(failed, inputs, [Call("eval", text, [])])
        calls = [self.call(built, inputs, "eval")]
        if calls[0].error is None:
            calls.append(self.call(built, inputs, "train"))
        return self.outcome(built, inputs, calls)

    def build(self, module: types.ModuleType, expression: str, device: str) -> Built:
        """The model, recorded from scratch; on the meta device it was never initialised.

        Exceptions of the project pass through; `TypeError` if the expression gives nothing that can be called.
        """
        recorder = self.recorder
        recorder.reset()
        _seed()
        code = compile(expression, "<model>", "eval")
        namespace = dict(vars(module))
        with time_limit(self.seconds), torch.no_grad(), _recording(recorder):
            with without_initialisation() if device == "meta" else nullcontext():
                model = eval(code, namespace)
        if isinstance(model, nn.Module):
            if device == "meta":
                move_to_meta(recorder, model)
            recorder.describe_model(model)
        elif not callable(model):
            raise TypeError(f"{expression} gives {type(model).__name__}, which is no model")
        events, recorder.events = recorder.events, []
        return Built(module, expression, device, model, events)

    def call(self, built: Built, inputs: list[str], mode: str) -> Call:
        """One recorded forward pass; a failure is in the result."""
        recorder = self.recorder
        recorder.last_layer = None
        error = None
        try:
            args, kwargs = arguments([parse_input(text) for text in inputs], built.device)
            self.arguments = [*args, *kwargs.values()]
            _seed()
            if isinstance(built.model, nn.Module):
                built.model.train(mode == "train")
            with time_limit(self.seconds), torch.no_grad(), _recording(recorder):
                with torch.device("meta") if built.device == "meta" else nullcontext():
                    built.model(*args, **kwargs)
        except (Exception, SystemExit, OutOfTime) as failure:
            error = self.explain(failure)
        events, recorder.events = recorder.events, []
        return Call(mode, error, events)

    def outcome(self, built: Built, inputs: list[str], calls: list[Call]) -> Outcome:
        """Runs for the tape; the first one begins with the construction."""
        tensors, modules = self.recorder.tensors, self.recorder.modules
        runs = []
        for i, call in enumerate(calls):
            runs.append({"module": self.name(built.module), "model": built.expression, "inputs": inputs,
                         "device": built.device, "mode": call.mode, "ok": call.error is None, "error": call.error,
                         "tensors": dict(tensors), "modules": {k: dict(v) for k, v in modules.items()},
                         "built": 0 if i else len(built.events),
                         "events": call.events if i else built.events + call.events})
        return Outcome(runs, next((c.error for c in calls if c.error), None))

    def name(self, module: types.ModuleType) -> str:
        """The name that the user knows a module by."""
        return self.project.public(module.__name__)

    def explain(self, error: BaseException) -> str:
        """One line: type, message, and the deepest line of project code that was running."""
        if isinstance(error, SystemExit):
            text = f"the code called exit({error.code!r})"
        elif isinstance(error, OutOfTime):
            text = str(error)
        elif isinstance(error, MemoryError):
            text = "ran out of memory (MemoryError)"
        else:
            text = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        place = self._place(error)
        return f"{text} ({place})" if place else text

    def _place(self, error: BaseException) -> str:
        frames = [f for f in traceback.extract_tb(error.__traceback__)
                  if f.filename.startswith(str(self.project.root))]
        inside = [f for f in frames if self.project(_module_of(f.filename, self.project))]
        if not inside:
            return ""
        path = inside[-1].filename[len(str(self.project.root)) + 1:]
        return f"{path}:{inside[-1].lineno}"


def _module_of(filename: str, project: Project) -> str:
    relative = filename[len(str(project.root)) + 1:]
    return relative.replace("\\", "/").split("/")[0].removesuffix(".py")


def needs_values(error: str | None) -> bool:
    """True where a failure on meta tensors may be due to the tensors having no values."""
    return bool(error) and any(mark in str(error) for mark in _NEEDS_VALUES)


def arguments(specs: list[InputSpec], device: str) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments for a call, as tensors on the device."""
    rng = np.random.default_rng(0)
    values = [(spec.name, _tensors(spec, rng, device)) for spec in specs]
    return [v for n, v in values if n is None], {n: v for n, v in values if n is not None}


def _tensors(spec: InputSpec, rng: np.random.Generator, device: str) -> Any:
    if spec.kind == "tensor":
        dtype = getattr(torch, spec.dtype)
        if device == "meta":
            return torch.empty(spec.shape, dtype=dtype, device="meta")
        if spec.dtype == "bfloat16":
            return torch.from_numpy(rng.standard_normal(spec.shape)).to(dtype)
        return torch.from_numpy(np.ascontiguousarray(materialise(spec, rng))).reshape(spec.shape)
    if spec.kind == "file":
        return _on_device(materialise(spec, rng), device)
    parts = [_tensors(item, rng, device) for item in spec.items]
    if spec.kind == "dict":
        return dict(zip(spec.keys, parts, strict=True))
    return {"list": list, "tuple": tuple}[spec.kind](parts) if spec.kind in ("list", "tuple") else spec.value


def _on_device(value: Any, device: str) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, np.ndarray):
        return torch.from_numpy(value).to(device)
    if isinstance(value, (list, tuple)):
        return type(value)(_on_device(v, device) for v in value)
    if type(value) is dict:
        return {key: _on_device(v, device) for key, v in value.items()}
    return value


def _seed() -> None:
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


@contextmanager
def _recording(recorder: Recorder) -> Iterator[None]:
    recorder.on, recorder.opaque = True, 0
    try:
        yield
    finally:
        recorder.on = False
