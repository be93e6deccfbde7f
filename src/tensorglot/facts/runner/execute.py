"""Builds a model from an expression and runs it on inputs."""

from __future__ import annotations

import random
import re
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..inputs import InputSpec, materialise, parse_input
from .finder import Project
from .recorder import Recorder
from .sandbox import OutOfTime, time_limit

if TYPE_CHECKING:
    from .solver import InputSolver


#: Escape sequences with which terminals are coloured.
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


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


class Executor:
    """Runs examples of a project; `seconds` bounds each step (building, one forward pass).

    A subclass for each framework says how.
    """

    #: Where models are run, the cheapest first.
    DEVICES: ClassVar[tuple[str, ...]] = ("cpu",)

    def __init__(self, project: Project, recorder: Recorder, seconds: float):
        self.project = project
        self.recorder = recorder
        self.seconds = seconds
        self.arguments: list[Any] = []

    # What a framework does in its own way

    def building(self, device: str) -> AbstractContextManager:
        """In this context a model is built."""
        raise NotImplementedError

    def running(self, device: str) -> AbstractContextManager:
        """In this context a model is called, and code evaluated."""
        raise NotImplementedError

    def namespace(self, module: types.ModuleType, expression: str) -> dict[str, Any]:
        """Names for an expression that gives a model."""
        return dict(vars(module))

    def instances(self, module: types.ModuleType) -> list[str]:
        """Names of models that the module itself makes when it is imported, where `build` can make them again."""
        return []

    def made(self, model: Any, device: str) -> None:
        """A model (a module) has just been built."""

    def called(self, model: Any) -> None:
        """A model has just been called, without an error."""

    def feed(self, model: Any, args: list[Any], kwargs: dict[str, Any], mode: str) -> None:
        """Calls the model in a mode: ``"eval"`` or ``"train"``."""
        raise NotImplementedError

    def seed(self) -> None:
        """Seeds the framework's generators."""
        raise NotImplementedError

    def tensor(self, spec: InputSpec, rng: np.random.Generator, device: str) -> Any:
        """A tensor with drawn values."""
        raise NotImplementedError

    def converted(self, value: Any, device: str) -> Any:
        """An array or tensor that a user's function gave, as a tensor on the device; other values as they are."""
        raise NotImplementedError

    def bounds(self, value: Any) -> tuple[int, int]:
        """Least and largest number in a tensor of whole numbers that has some."""
        raise NotImplementedError

    def size(self, model: Any) -> int:
        """Number of a model's weights."""
        raise NotImplementedError

    def solver(self, built: Built, seconds: float) -> InputSolver:
        """What looks for inputs of a model."""
        raise NotImplementedError

    def stock(self, kind: str, alias: Callable[[types.ModuleType], str | None]) -> list[str]:
        """Expressions for a norm, an activation or any module of the framework (`kind`); `alias` gives the name that
        the project's module has for a module of the framework."""
        raise NotImplementedError

    def needs_values(self, error: str | None) -> bool:
        """True where a failure may be due to tensors that have no values."""
        return False

    def lacks_storage(self, error: str | None) -> bool:
        """True where a run ended because tensors have no values."""
        return False

    # Running

    def run(self, module: types.ModuleType, model: str, inputs: list[str]) -> Outcome:
        """Evaluates `model` in the module's namespace and calls it in both modes.

        Storage-free tensors come first, if there are such; where they fail, real ones follow. The last failure is told.
        """
        outcomes = []
        for device in self.DEVICES:
            outcome = self._attempt(module, model, inputs, device)
            outcomes.append(outcome)
            if outcome.ok and not self.lacks_storage(outcome.error):
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
        """The model, recorded from scratch.

        Exceptions of the project pass through; `TypeError` if the expression gives nothing that can be called.
        """
        recorder = self.recorder
        recorder.reset()
        self._seed()
        code = compile(expression, "<model>", "eval")
        with time_limit(self.seconds), _recording(recorder), self.building(device):
            model = eval(code, self.namespace(module, expression))
        if recorder.is_module(model):
            self.made(model, device)
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
            args, kwargs = self._inputs([parse_input(text) for text in inputs], built.device)
            self.arguments = [*args, *kwargs.values()]
            self._seed()
            with time_limit(self.seconds), _recording(recorder), self.running(built.device):
                self.feed(built.model, args, kwargs, mode)
        except (Exception, SystemExit, OutOfTime) as failure:
            error = self.explain(failure)
        if error is None:
            self.called(built.model)
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

    def _inputs(self, specs: list[InputSpec], device: str) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments for a call, as tensors on the device."""
        rng = np.random.default_rng(0)
        values = [(spec.name, self._input(spec, rng, device)) for spec in specs]
        return [v for n, v in values if n is None], {n: v for n, v in values if n is not None}

    def _input(self, spec: InputSpec, rng: np.random.Generator, device: str) -> Any:
        if spec.kind == "tensor":
            return self.tensor(spec, rng, device)
        if spec.kind == "file":
            return self._converted(materialise(spec, rng), device)
        parts = [self._input(item, rng, device) for item in spec.items]
        if spec.kind == "dict":
            return dict(zip(spec.keys, parts, strict=True))
        return {"list": list, "tuple": tuple}[spec.kind](parts) if spec.kind in ("list", "tuple") else spec.value

    def _converted(self, value: Any, device: str) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(self._converted(v, device) for v in value)
        if type(value) is dict:
            return {key: self._converted(v, device) for key, v in value.items()}
        return self.converted(value, device)

    def _seed(self) -> None:
        random.seed(0)
        np.random.seed(0)
        self.seed()

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
            text = f"{type(error).__name__}: {' '.join(_COLOURS.sub('', str(error)).split())[:300]}"
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


@contextmanager
def _recording(recorder: Recorder) -> Iterator[None]:
    recorder.on, recorder.opaque = True, 0
    try:
        yield
    finally:
        recorder.on = False
