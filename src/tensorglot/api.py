"""The Python interface: what the commands do, as functions."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tensorglot.diagnostics import CODES, Diagnostic, Sink, TensorglotError
from tensorglot.source import notebook as notebooks
from tensorglot.source import output

_IGNORE = re.compile(r"#\s*tensorglot:\s*ignore\[([^\]]*)\]")


@dataclass
class Migration:
    """What a migration made.

    `files` maps output names (relative to the output folder) to texts, the chosen file first. `diagnostics` are those
    in force, `silenced` those that a `# tensorglot: ignore[CODE]` took away. `pivot` is the program, `weight_plan` the
    plan as data, `facts` the tape of the runs (None where nothing was run), `stats` the figures of the report,
    `examples` those that ran.
    """

    files: dict[str, str]
    diagnostics: list[Diagnostic]
    pivot: Any
    weight_plan: dict[str, Any]
    facts: Any = None
    stats: dict[str, Any] = field(default_factory=dict)
    interface: dict[str, Any] = field(default_factory=dict)
    examples: list[Any] = field(default_factory=list)
    silenced: list[Diagnostic] = field(default_factory=list)
    source: str = ""
    target: str = ""
    notebook: notebooks.Notebook | None = None
    paths: tuple[Path, ...] = ()

    @property
    def code(self) -> str:
        """The text of the chosen file."""
        return next(iter(self.files.values()))

    @property
    def ok(self) -> bool:
        """Whether everything was migrated: no error is in force."""
        return not any(diagnostic.severity == "error" for diagnostic in self.diagnostics)

    def save(self, out: str | Path, *, force: bool = False) -> list[Path]:
        """Writes the files and the plan to a file (`.py`, `.ipynb`) or folder, all or nothing; returns the paths.

        Raises `TensorglotError` (TG003) where something is in the way that `force` does not lift.
        """
        out = Path(out)
        return output.write(out, self.outputs(out), self.weight_plan, force=force, sources=self.paths)

    def outputs(self, out: Path) -> dict[str, str]:
        """The files as they are written to `out`: for an `.ipynb` the chosen one is a notebook."""
        if out.suffix != ".ipynb":
            _check_single(self.files, out)
            return self.files
        if self.notebook is None:
            raise TensorglotError(f"{out}: only a notebook can be written as a notebook", code="TG002",
                                  remedy="give an output name that ends with .py")
        first, *others = self.files
        return {first: notebooks.restore(self.notebook, self.files[first]), **{n: self.files[n] for n in others}}


def migrate(source: str | Path | Sequence[Path], to: str = "keras", *, from_: str = "auto",
            model: str | Sequence[str] | None = None, inputs: Sequence[Any] | None = None,
            examples: Sequence[Any] | None = None, run: bool = True, layout: str = "native",
            faithful_init: bool = False, exact_training: bool = False,
            progress: Callable[[str], None] | None = None,
            announce: Callable[[str], None] | None = None) -> Migration:
    """Migrates code.

    `source`: a `str` is code, a `Path` a file, notebook or folder. `model`: expression(s) that build the model in the
    file's namespace; `inputs`: the input specifications of the one model (`["float32[2,3,32,32]"]`) or a list of such
    lists, one a model. `run=False` executes nothing. `layout`: ``"native"`` or ``"keep"`` (the source's axis order).
    `announce` is told what will be executed before it is, `progress` what is being done.

    Raises `TensorglotError` where nothing can be made; what can't be migrated in part is in `diagnostics`.
    """
    from tensorglot import pipeline

    sink = Sink()
    chosen = list(examples) if examples is not None else _examples(model, inputs)
    paths = [] if isinstance(source, str) else [source] if isinstance(source, Path) else list(source)
    with reading(source) as (given, notebook):
        if run and announce is not None:
            announce(description(given, chosen))
        try:
            result = pipeline.migrate_project(
                given, to=to, source=from_, run=run, layout=layout, faithful_init=faithful_init, examples=chosen,
                exact_training=exact_training, sink=sink, progress=progress or (lambda text: None))
        except RecursionError:
            raise TensorglotError("the source is nested too deeply", code="TG001",
                                  remedy="Split expressions of thousands of terms.") from None
    diagnostics = list(dict.fromkeys([*result.diagnostics, *sink.items]))
    if notebook is not None:
        diagnostics = [_in_cell(diagnostic, notebook, str(paths[0])) for diagnostic in diagnostics]
    kept, silenced = silence(diagnostics)
    return Migration(_chosen_first(result.files, given), kept, result.pivot, result.plan, result.facts,
                     result.stats, result.interface, _ran(result.examples), silenced,
                     getattr(result.pivot, "source", from_), to, notebook, tuple(paths))


def verify(*args: Any, **kwargs: Any) -> Any:
    """Runs a source and its migration and compares them; see `tensorglot.verify.verify`."""
    from tensorglot.verify import verify as run

    return run(*args, **kwargs)


def transfer_weights(src_model: Any, dst_model: Any, plan: Any = None) -> Any:
    """Copies the weights of one live model to another; see `tensorglot.weights.transfer.transfer_weights`."""
    from tensorglot.weights.transfer import transfer_weights as run

    return run(src_model, dst_model, plan)


def silence(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Diagnostics in force, and those that a `# tensorglot: ignore[CODE]` at their line silences.

    A code in such a comment that does not exist is itself reported (TG002).
    """
    kept: dict[Diagnostic, None] = {}
    silenced = []
    for diagnostic in diagnostics:
        codes = [code.strip() for match in _IGNORE.finditer(diagnostic.source_line) for code in match[1].split(",")]
        if diagnostic.code in codes:
            silenced.append(diagnostic)
        else:
            kept[diagnostic] = None
        for code in codes:
            if code not in CODES:
                message = f"'tensorglot: ignore[{code}]' names no diagnostic"
                kept[replace(diagnostic, code="TG002", severity="warning", message=message,
                             remedy="the codes are listed in docs/cli.md", col=0, end_col=0)] = None
    return list(kept), silenced


@contextmanager
def reading(source: str | Path | Sequence[Path]) -> Iterator[tuple[str | list[Path], notebooks.Notebook | None]]:
    """What the passes are given for a source: text or paths; a notebook becomes a temporary `.py` file.

    Raises `TensorglotError` (TG001, TG002) where a notebook can't be read or doesn't stand alone.
    """
    if isinstance(source, str):
        yield source, None
        return
    paths = [source] if isinstance(source, Path) else list(source)
    if not any(path.suffix == ".ipynb" for path in paths):
        yield paths, None
        return
    if len(paths) > 1:
        raise TensorglotError("a notebook is migrated by itself", code="TG002", remedy="give one path")
    path = paths[0]
    try:
        notebook = notebooks.load(path.read_bytes(), str(path))
    except OSError as error:
        raise TensorglotError(f"{path} can't be read: {error.strerror}", code="TG001", path=str(path),
                              remedy="Check the path.") from None
    with tempfile.TemporaryDirectory(prefix="tensorglot-") as folder:
        file = Path(folder) / (re.sub(r"\W|^(?=\d)", "_", path.stem) + ".py")
        file.write_text(notebook.text, encoding="utf-8")
        try:
            yield [file], notebook
        except TensorglotError as error:
            if error.diagnostic.line:
                error.diagnostic = _in_cell(error.diagnostic, notebook, str(path))
            raise


def description(source: str | list[Path], examples: Sequence[Any]) -> str:
    """What running the examples (or searching some) will execute."""
    from tensorglot import facts
    from tensorglot.source import project

    found = project.from_text(source) if isinstance(source, str) else project.from_paths(source)
    return facts.describe(found.root, found.selected, list(examples))


def _examples(model: str | Sequence[str] | None, inputs: Sequence[Any] | None) -> list[Any]:
    if model is None:
        if inputs:
            raise TensorglotError("inputs are given without a model", code="TG002", remedy="give model='Net()' too")
        return []
    models = [model] if isinstance(model, str) else list(model)
    lists = [list(inputs or [])] if isinstance(model, str) else [list(item) for item in inputs or [[]] * len(models)]
    if isinstance(model, str) and lists[0] and not isinstance(lists[0][0], str):
        lists = [list(lists[0][0])] if len(lists[0]) == 1 else lists
    if len(lists) != len(models):
        raise TensorglotError(f"{len(models)} models, but inputs for {len(lists)}", code="TG002",
                              remedy="give one list of inputs for each model")
    return [make_example(text, specs) for text, specs in zip(models, lists, strict=True)]


def make_example(model: str, inputs: Sequence[str], module: str = "", folder: Path = Path(".")) -> Any:
    """An example of `facts`; a model `module:EXPR` names its module. Input specifications are checked; the files in
    them (`@file.py:function`) are relative to `folder`.

    Raises `TensorglotError` (TG002) where the expression or a specification can't be read.
    """
    from tensorglot.facts import Example

    prefix = re.match(r"\s*([A-Za-z_][\w.]*):(?!=)(.*)", model, re.DOTALL)
    if prefix and prefix[1] != "lambda":
        module, model = prefix[1], prefix[2]
    try:
        compile(model.strip(), "<model>", "eval")
    except (SyntaxError, ValueError) as error:
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise TensorglotError(f"model {model.strip()!r} is no Python expression: {what}", code="TG002",
                              remedy="write for example --model 'Net(num_classes=10)'") from None
    return Example(module, model.strip(), [_placed(text, folder) for text in inputs])


def _placed(text: str, folder: Path) -> str:
    """An input specification whose files are absolute: the child has a working directory of its own."""
    from tensorglot.facts.inputs import InputSpec, parse_input

    def place(spec: InputSpec) -> InputSpec:
        if spec.kind != "file":
            return replace(spec, items=tuple(place(item) for item in spec.items))
        file = (folder / spec.file).resolve()
        if not file.is_file():
            raise TensorglotError(f"input {text}: there is no file {spec.file}", code="TG002",
                                  remedy=f"the path is relative to {folder.resolve()}")
        return replace(spec, file=str(file))

    spec = parse_input(text)
    return str(place(spec)) if "@" in text else text


def _ran(examples: Iterable[Any]) -> list[Any]:
    """The examples of a tape that ran, as `facts.Example`."""
    from tensorglot.facts import Example

    found = [item if isinstance(item, Example) else Example(item["module"], item["model"], list(item["inputs"]))
             for item in examples if isinstance(item, Example) or item["ok"]]
    return list({(item.module, item.model, tuple(item.inputs)): item for item in found}.values())


def _in_cell(diagnostic: Diagnostic, notebook: notebooks.Notebook, path: str) -> Diagnostic:
    if not diagnostic.line:
        return replace(diagnostic, path=path)
    cell, line = notebook.place(diagnostic.line)
    return replace(diagnostic, path=f"{path}:cell {cell}", line=line)


def _chosen_first(files: dict[str, str], given: Any) -> dict[str, str]:
    """The files with the one that the user named in front."""
    if isinstance(given, str) or len(given) != 1 or given[0].is_dir():
        return files
    whole = given[0].resolve().as_posix()
    chosen = max((name for name in files if whole.endswith("/" + name)), key=len, default=None)
    return files if chosen is None else {chosen: files[chosen], **files}


def _check_single(files: dict[str, str], out: Path) -> None:
    """A file of a package that imports from it can't be written alone: its imports would lead nowhere."""
    first = next(iter(files))
    if output.is_file(out) and len(files) > 1 and "/" in first:
        raise TensorglotError(f"{first} belongs to a package and uses {len(files) - 1} other files of it", code="TG002",
                              remedy="give a folder to -o; the package is written into it")
