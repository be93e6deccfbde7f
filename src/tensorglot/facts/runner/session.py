"""One child's work: import modules, run the given examples, search for more where none are given."""

from __future__ import annotations

import contextlib
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from .examples import ExampleSearch
from .execute import Executor
from .finder import Project, ProjectFinder, load
from .recorder import Recorder
from .sandbox import OutOfTime, time_limit

#: Time for code that the user's examples left cold, in seconds.
REST_SECONDS = 30.0


class Session:
    """Carries out a request; `emit` writes one result line. A subclass for each framework says with what."""

    #: The framework's recorder and executor.
    RECORDER: ClassVar[type[Recorder]]
    EXECUTOR: ClassVar[type[Executor]]
    #: True where programs are often scripts, which load data before they make a model: where a statement of a module
    #: fails, that is told, and the others are run.
    SCRIPTS: ClassVar[bool] = False

    def __init__(self, request: dict[str, Any], emit: Callable[..., None]):
        self.request = request
        self.limits = request["limits"]
        self.emit = emit
        self.prepare()
        self.project = Project(Path(request["root"]), request["modules"])
        finder = ProjectFinder(self.project)
        self.recorder = finder.recorder = self.RECORDER(self.project)
        sys.meta_path.insert(0, finder)
        self.patch_calls()
        self.executor = self.EXECUTOR(self.project, self.recorder, self.limits["step"])
        self.start = time.monotonic()

    def prepare(self) -> None:
        """Sets the framework up, before the project binds names of it."""

    def patch_calls(self) -> None:
        """Makes the framework's modules report their calls to the recorder."""
        raise NotImplementedError

    def run(self) -> None:
        """Imports every selected module, then runs or searches its examples."""
        modules = [m for m in map(self.import_module, self.request["modules"]) if m is not None]
        by_name = {self.executor.name(m): m for m in modules}
        # The child must come to its own end before it is stopped.
        end = min(time.monotonic() + self.limits["search"], self.start + 0.9 * self.limits["wall"])
        if not self.request["examples"]:
            ExampleSearch(self.executor, modules, self.emit, end).run()
            return
        rest = ExampleSearch(self.executor, modules, self.emit, min(end, time.monotonic() + REST_SECONDS))
        for example in self.request["examples"]:
            module = by_name.get(example["module"])
            if module is not None:
                rest.run_given(module, example["model"], example["inputs"])
        rest.run_rest()

    def import_module(self, name: str) -> types.ModuleType | None:
        """Imports a module; a failure is reported and gives None."""
        self.emit(doing=f"import of {name}")
        try:
            with time_limit(self.limits["step"]):
                return load(self.project, name, self.recorder)
        except (Exception, SystemExit, OutOfTime) as error:
            self.emit(error={"module": name, "phase": "import", "message": self.executor.explain(error)})
            if not self.SCRIPTS or not isinstance(error, Exception) or isinstance(error, SyntaxError):
                return None
        self.project.lenient.add(name)
        with contextlib.suppress(Exception, SystemExit, OutOfTime), time_limit(self.limits["step"]):
            return load(self.project, name, self.recorder)
        return None
