"""Finds examples for modules: those written in the file first, then factories, then classes with solved arguments."""

from __future__ import annotations

import ast
import inspect
import time
import types
from collections.abc import Callable
from typing import Any

from .. import search
from .construct import Constructors
from .execute import Executor, Outcome
from .sandbox import OutOfTime, time_limit
from .variants import input_variants, model_variants

#: Examples of a module, and events of all runs, that are kept in any case; later runs must show something new.
ALWAYS_KEPT, MAX_KEPT = 3, 250_000

#: Seconds for the inputs of one model; for further factories, and for variants, of all models together.
SOLVE_SECONDS, VARIANT_SECONDS = 20.0, 60.0

#: Models with more parameters are not tried on real tensors during a search.
MAX_REAL = 100_000_000


#: Module, model expression, input specifications.
Found = tuple[types.ModuleType, str, list[str]]


class ExampleSearch:
    """Searches and runs examples of the modules; `emit` gets the results, `end` is a `time.monotonic` moment."""

    def __init__(self, executor: Executor, modules: list[types.ModuleType], emit: Callable[..., None], end: float):
        self.executor = executor
        self.modules = modules
        self.emit = emit
        self.end = end
        self.reached: set[str] = set()
        self.seen: set[Any] = set()
        self.kept = 0
        self.reported: dict[str, int] = {}
        self.trees = {m.__name__: _tree(m) for m in modules}
        self.tried: set[tuple[str, str]] = set()
        self.succeeded: list[Found] = []
        self.left: list[tuple[types.ModuleType, Constructors, str]] = []

    def run(self) -> None:
        """Everything, the surest sources first, until the time is up."""
        self._steps(self._written, self._instances, self._factories, self._classes)

    def run_given(self, module: types.ModuleType, model: str, specs: list[str]) -> None:
        """Runs an example of the user's; of many, passes that show nothing new are not kept."""
        self.emit(doing=f"example {self.executor.name(module)}: {model}")
        outcome = self.executor.run(module, model, specs)
        if outcome.ok:
            self.note(module, model, specs)
        self._report(module, model, specs, outcome, "given")

    def note(self, module: types.ModuleType, model: str, specs: list[str]) -> None:
        """An example has just been run and succeeded."""
        self.tried |= {(module.__name__, model), (module.__name__, model + repr(specs))}
        recorder = self.executor.recorder
        self.reached |= recorder.functions | {m["class"] for m in recorder.modules.values()}
        self.succeeded.append((module, model, specs))

    def run_rest(self) -> None:
        """Only what the given examples left cold: classes, then optional inputs and settings."""
        self._steps(self._classes)

    def _steps(self, *steps: Callable[[types.ModuleType], None]) -> None:
        for step in steps:
            for module in sorted(self.modules, key=lambda m: m.__name__.count(".")):
                if self._late():
                    self.emit(error={"module": self.executor.name(module), "phase": "search for examples",
                                     "message": "stopped: out of time"})
                    return
                step(module)
        whole = self.end
        for more in (self._other_factories, self._variants):
            self.end = min(whole, time.monotonic() + VARIANT_SECONDS)
            more()

    def _late(self) -> bool:
        return time.monotonic() > self.end

    # Sources of examples

    def _written(self, module: types.ModuleType) -> None:
        for written in search.written_examples(self.trees[module.__name__]):
            if self._late():
                return
            if written.inputs is None:
                self._solve(module, written.model, written.origin)
                continue
            specs = self._evaluate_inputs(module, written)
            if specs is not None:
                self._run(module, written.model, specs, written.origin)

    def _evaluate_inputs(self, module: types.ModuleType, written: search.Written) -> list[str] | None:
        namespace = dict(vars(module))
        try:
            with time_limit(self.executor.seconds), self.executor.running("cpu"):
                exec(written.imports, namespace)
                values: list[tuple[str | None, Any]] = [(None, eval(text, namespace)) for text in written.inputs or ()]
                values += [(name, eval(text, namespace)) for name, text in written.keywords]
            return [(f"{name}=" if name else "") + self._spec_of(value) for name, value in values]
        except (Exception, SystemExit, OutOfTime):
            # A block that trains or reads files: its pieces need not work alone.
            return None

    def _spec_of(self, value: Any) -> str:
        """The input specification of a value; raises `TypeError` where there is none."""
        recorder = self.executor.recorder
        if recorder.is_tensor(value):
            dtype, shape = recorder.dtype(value), recorder.shape(value)
            text = f"{dtype}[{','.join(map(str, shape))}]"
            if dtype.startswith(("int", "uint")) and 0 not in shape:
                low, high = self.executor.bounds(value)
                return text + (f"<{high + 1}" if low >= 0 else f":{low}..{high + 1}")
            return text
        if isinstance(value, (list, tuple)):
            inner = ", ".join(map(self._spec_of, value))
            return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k!r}: {self._spec_of(v)}" for k, v in value.items()) + "}"
        if value is None or isinstance(value, (bool, int, float, str)):
            return repr(value)
        raise TypeError(f"no input specification for {type(value).__name__}")

    def _instances(self, module: types.ModuleType) -> None:
        for name in self.executor.instances(module):
            if self._late():
                return
            self._solve(module, name, "module")

    def _factories(self, module: types.ModuleType) -> None:
        guesser = Constructors(self.executor, module, self.trees[module.__name__])
        for name in search.factories(self.trees[module.__name__]):
            function = vars(module).get(name)
            if self._late() or not callable(function) or getattr(function, "__module__", None) != module.__name__:
                continue
            if len(self.modules) > 1 and any(m is module for m, _, _ in self.succeeded) and self._covered(module):
                self.left.append((module, guesser, name))  # of a whole package, one model for each architecture first
            else:
                self._factory(module, guesser, name)

    def _covered(self, module: types.ModuleType) -> bool:
        """True if the forward methods of all the module's own classes ran."""
        return all(self._is_reached(module, c) for c in vars(module).values()
                   if inspect.isclass(c) and issubclass(c, self.executor.recorder.MODULES) and c.__module__ == module.__name__)

    def _factory(self, module: types.ModuleType, guesser: Constructors, name: str) -> None:
        """Runs what the function makes if that is a model; a failure is told only where nothing was guessed."""
        for expression in guesser.calls(name, limit=2):
            error = self._solve(module, expression, "factory", quiet=True)
            if error is None:
                return
            wrong_kind = error.startswith(("building: the expression", "building: TypeError"))
            if not guesser.guessed(name) and not wrong_kind:
                self._report(module, expression, [], Outcome([], error), "factory")

    def _classes(self, module: types.ModuleType) -> None:
        tree = self.trees[module.__name__]
        classes = [n for n, c in vars(module).items()
                   if inspect.isclass(c) and issubclass(c, self.executor.recorder.MODULES) and c.__module__ == module.__name__
                   and c.__name__ == n and not inspect.isabstract(c)]
        guesser = Constructors(self.executor, module, tree)
        for name in search.outermost_first(tree, classes):
            if self._late():
                return
            if not self._is_reached(module, vars(module)[name]):
                self._class(module, name, guesser)

    def _class(self, module: types.ModuleType, name: str, guesser: Constructors) -> None:
        failure: tuple[str, str] | None = None
        for expression in guesser.calls(name, limit=12):
            if self._late():
                return
            outcome_error = self._solve(module, expression, "class", quiet=True)
            if outcome_error is None:
                guesser.solved[name] = expression
                return
            # A model that was built but not fed tells more than one that was not built.
            if failure is None or (failure[1].startswith("building") and not outcome_error.startswith("building")):
                failure = (expression, outcome_error)
        if failure is not None:
            self._report(module, failure[0], [], Outcome([], failure[1]), "class")

    def _is_reached(self, module: types.ModuleType, cls: type) -> bool:
        """True if the class's own forward ran; where it has none, if an instance was built."""
        name = self.executor.recorder.class_name(cls)
        forward = self.executor.recorder.FORWARD
        return (f"{name}.{forward}" if forward in vars(cls) else name) in self.reached

    def _other_factories(self) -> None:
        """Further models of architectures that ran, on the same inputs, kept only where they execute code that was
        cold."""
        for module, guesser, name in self.left:
            specs = next(s for m, _, s in self.succeeded if m is module)
            for expression in guesser.calls(name, limit=1):
                if self._late():
                    return
                self._run(module, expression, specs, "factory", only_new=True)

    def _variants(self) -> None:
        """Further inputs and settings of models that ran, kept only where they execute code that was cold."""
        for module, model, specs in _first_of_each(self.succeeded):
            for variant in input_variants(self.executor, module, model, specs):
                if self._late():
                    return
                self._run(module, model, variant, "optional input", only_new=True)
            for variant_model in model_variants(module, model, self.trees[module.__name__]):
                if self._late():
                    return
                self._run(module, variant_model, specs, "setting", only_new=True)

    # Running

    def _solve(self, module: types.ModuleType, expression: str, found: str, quiet: bool = False) -> str | None:
        """Solves inputs for a model and runs it; returns the failure's reason."""
        if (module.__name__, expression) in self.tried:
            return None
        self.emit(doing=f"example {self.executor.name(module)}: {expression}")
        specs, outcome = self._solved(module, expression)
        if outcome.ok:
            self._succeed(module, expression, specs, outcome, found)
        elif not quiet:
            self._report(module, expression, specs, outcome, found)
        return None if outcome.ok else outcome.error

    def _solved(self, module: types.ModuleType, expression: str) -> tuple[list[str], Outcome]:
        error: str | None = None
        for device in self.executor.DEVICES:
            try:
                built = self.executor.build(module, expression, device)
            except (Exception, SystemExit, OutOfTime) as failure:
                error = error or "building: " + self.executor.explain(failure)
                if not self.executor.needs_values(error):
                    break
                continue
            if not self.executor.recorder.is_module(built.model):
                return [], Outcome([], "building: the expression gives no module")
            if device == "cpu" and self.executor.size(built.model) > MAX_REAL:
                break
            solver = self.executor.solver(built, SOLVE_SECONDS)
            solution = solver.solve()
            if solution is not None:
                return solution[0], self.executor.outcome(solver.built, *solution)
            error = f"no inputs found that run; the first attempt: {solver.error}"
            if not solver.wants_values:
                break
        return [], Outcome([], error)

    def _run(self, module: types.ModuleType, model: str, specs: list[str], found: str, only_new: bool = False) -> None:
        key = (module.__name__, model + repr(specs))
        if key in self.tried:
            return
        self.tried.add(key)
        self.emit(doing=f"example {self.executor.name(module)}: {model}")
        outcome = self.executor.run(module, model, specs)
        if only_new:
            if outcome.ok and self._is_new(outcome):
                self._report(module, model, specs, outcome, found)
        elif outcome.ok:
            self._succeed(module, model, specs, outcome, found)
        else:
            self._report(module, model, specs, outcome, found)

    def _succeed(self, module: types.ModuleType, model: str, specs: list[str], outcome: Outcome, found: str) -> None:
        self.note(module, model, specs)
        self._report(module, model, specs, outcome, found)

    def _is_new(self, outcome: Outcome) -> bool:
        return any(_site_key(e) not in self.seen for run in outcome.runs for e in run["events"])

    def _report(self, module: types.ModuleType, model: str, specs: list[str], outcome: Outcome, found: str) -> None:
        name = self.executor.name(module)
        self.reported[name] = self.reported.get(name, 0) + outcome.ok
        certain = self.reported[name] <= ALWAYS_KEPT and self.kept < MAX_KEPT
        for run in outcome.runs:
            if not certain:
                self._shorten(run)
            self.seen |= {key for event in run["events"] for key in _keys(event, run)}
            self.kept += len(run["events"])
            self.emit(run=run)
        self.emit(example={"module": name, "model": model, "inputs": specs, "ok": outcome.ok,
                           "error": outcome.error, "found": found,
                           "modes": [r["mode"] for r in outcome.runs if r["ok"]]})

    def _shorten(self, run: dict[str, Any]) -> None:
        """Drops a pass that shows the same sites with the same kinds of operands as before; it teaches nothing.

        Of the construction before it, the events that are new (a builder's own lines) stay.
        """
        def is_new(event: dict[str, Any]) -> bool:
            return any(key not in self.seen for key in _keys(event, run))

        building, forward = run["events"][:run["built"]], run["events"][run["built"]:]
        if not any(map(is_new, forward)):
            run["events"] = list(filter(is_new, building))
            run["built"], run["repeats"] = len(run["events"]), True


def _site_key(event: dict[str, Any]) -> Any:
    return event.get("s") or event.get("fn")


def _keys(event: dict[str, Any], run: dict[str, Any]) -> tuple[Any, Any]:
    """What a migration could learn from an event: that its site ran; callee, classes, ranks and kinds there."""
    kinds = tuple(_kind(a, run) for a in event.get("a", ()))
    named = tuple((k, _kind(v, run)) for k, v in (event.get("kw") or event.get("args") or {}).items())
    number = event.get("m")
    cls = None if number is None else run["modules"][number]["class"]
    return _site_key(event), (event["k"], _site_key(event), event.get("f"), cls, kinds, named)


def _kind(value: Any, run: dict[str, Any]) -> Any:
    """Rank of a tensor, class of a module, value of a switch or text; of numbers only whether they are 0 or 1."""
    if isinstance(value, dict):
        if "t" in value:
            tensor = run["tensors"][value["t"]]
            return len(tensor["shape"]), tensor["dtype"]
        if "m" in value:
            return run["modules"][value["m"]]["class"]
        return next(iter(value)), str(value.get("ref") or value.get("proj") or value.get("py"))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value if value in (0, 1) else type(value).__name__
    return value


def _first_of_each(examples: list[Found]) -> list[Found]:
    """Interleaves modules: the first example of every module, then the second ones, ..."""
    rank: dict[str, int] = {}
    ranked = []
    for example in examples:
        rank[example[0].__name__] = rank.get(example[0].__name__, 0) + 1
        ranked.append((rank[example[0].__name__], example))
    return [example for _, example in sorted(ranked, key=lambda pair: pair[0])]


def _tree(module: types.ModuleType) -> ast.Module:
    path = getattr(module, "__file__", None)
    if path is None:
        return ast.Module([], [])
    with open(path, "rb") as stream:
        return ast.parse(stream.read())
