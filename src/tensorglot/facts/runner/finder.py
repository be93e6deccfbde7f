"""Imports the project's modules instrumented."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

from ...frameworks import dialects
from .hooks import Hooks
from .instrument import HOOKS, instrument
from .recorder import Recorder

#: Never project code, wherever they lie: all frameworks and what they build on.
_FRAMEWORKS = frozenset({"torchgen", "numpy", "jax", "flax", "scipy", "tensorglot"}.union(
    *(dialects.get(name).PACKAGES for name in dialects.NAMES)))

#: Trees nest as deep as the longest sum or elif chain; CPython's default limit is too low for generated code.
_RECURSION_LIMIT = 10_000


#: A file named like a module that the runner has loaded (`torch.py`, `random.py`) runs under this package.
_BESIDE = "__project__."


class Project:
    """Which modules belong to the program.

    `root` is the folder that holds the top-level packages or files; `selected` are dotted names. Other files of the
    folder belong to it too, unless the folder is one that Python searches anyway (`site-packages`). Statements of
    `lenient` modules may fail.
    """

    def __init__(self, root: Path, selected: list[str]):
        self.root = root.resolve()
        self.lenient: set[str] = set()
        names = {name.partition(".")[0] for name in selected}
        self.beside = {n for n in names if n in sys.modules and (self.root / f"{n}.py").is_file()}
        # Of a framework's own package only what was selected is the program.
        self.inside = {n for n in selected if "." in n and n.partition(".")[0] in _FRAMEWORKS & set(sys.modules)}
        self.tops = names - self.beside - {n.partition(".")[0] for n in self.inside}
        searched = {Path(p).resolve() for p in sys.path if p}
        if self.root not in searched:
            folder = {p.stem for p in self.root.glob("*.py")} | {p.parent.name for p in self.root.glob("*/*.py")}
            self.tops |= folder - _FRAMEWORKS - set(sys.modules)
            sys.path.insert(0, str(self.root))

    def __call__(self, module: str) -> bool:
        return module.partition(".")[0] in self.tops or module.startswith(_BESIDE)

    def public(self, module: str) -> str:
        """The name that the user knows the module by."""
        return module.removeprefix(_BESIDE)


class ProjectFinder(importlib.abc.MetaPathFinder):
    """Finds project modules as Python would, and has them loaded instrumented."""

    def __init__(self, project: Project):
        self.project = project
        self.recorder: Recorder | None = None

    def find_spec(self, fullname: str, path: Any = None,
                  target: types.ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        if self.recorder is None or not self.project(fullname):
            return None
        places = [str(self.project.root)] if path is None else path
        spec = importlib.machinery.PathFinder.find_spec(fullname, places, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = InstrumentingLoader(fullname, str(spec.origin), self.recorder)
        return spec


class InstrumentingLoader(importlib.machinery.SourceFileLoader):
    """Loads a source file with hooks in it; its `.pyc` files are neither read nor written."""

    def __init__(self, fullname: str, path: str, recorder: Recorder):
        super().__init__(fullname, path)
        self.recorder = recorder

    def get_code(self, fullname: str) -> types.CodeType:
        """Parses, instruments and compiles the file."""
        path = self.get_filename(fullname)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
        try:
            tree = ast.parse(self.get_data(path), path)
            return compile(instrument(tree, fullname in self.recorder.project.lenient), path, "exec", dont_inherit=True)
        finally:
            sys.setrecursionlimit(limit)

    def exec_module(self, module: types.ModuleType) -> None:
        """Executes the module with its hooks in place."""
        vars(module)[HOOKS] = Hooks(self.recorder.project.public(module.__name__), self.recorder)
        super().exec_module(module)


def load(project: Project, name: str, recorder: Recorder) -> types.ModuleType:
    """Imports a project module; a file that shares its name with a loaded module is executed beside that one."""
    if name not in project.beside | project.inside:
        return importlib.import_module(name)
    path = project.root / f"{name.replace('.', '/')}.py"
    if not path.is_file():
        path = path.with_suffix("") / "__init__.py"
    loader = InstrumentingLoader(_BESIDE + name, str(path), recorder)
    spec = importlib.util.spec_from_file_location(_BESIDE + name, path, loader=loader)
    assert spec is not None
    module = sys.modules[_BESIDE + name] = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    if name in project.inside:
        # Other modules of the package that are selected find this one.
        package, _, last = name.rpartition(".")
        sys.modules[name] = module
        setattr(importlib.import_module(package), last, module)
    return module
