"""Projects: which files belong to the program, their text and trees."""

from __future__ import annotations

import ast
import re
import tokenize
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from ..diagnostics import TensorglotError
from .sites import number

#: Packages that are never followed as project code.
FRAMEWORKS = frozenset({"torch", "keras", "tensorflow", "tf_keras", "jax", "flax", "optax", "numpy", "einops"})

MAX_BYTES = 20_000_000


@dataclass
class SourceFile:
    """One Python file: `module` is its dotted name, `path` relative to the project's root.

    `cuts` are places of the text that are no part of the program (`shake`), `left_out` definitions that stood there,
    `raising` functions whose bodies did.
    """

    module: str
    path: str
    text: str
    tree: ast.Module
    is_package: bool = False
    cuts: list[tuple[int, int]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    raising: list[str] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = self.text.splitlines(keepends=True) if "\f" not in self.text and "\x0b" not in self.text else \
            re.findall(r"[^\n]*\n|[^\n]+", self.text)
        total = 0
        for line in self._lines:
            self._starts.append(total)
            total += len(line)
        self._starts.append(total)

    def offset(self, line: int, col: int) -> int:
        """Character offset of an `ast` position (1-based line, UTF-8 byte column)."""
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        if not text.isascii():
            col = len(text.encode()[:col].decode(errors="ignore"))
        return self._starts[line - 1] + col

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Character offsets of a node; decorators included for classes and functions."""
        line, col = node.lineno, node.col_offset  # type: ignore[attr-defined]
        for decorator in getattr(node, "decorator_list", None) or ():
            if decorator.lineno <= line:
                line = decorator.lineno
                col = node.col_offset  # type: ignore[attr-defined]
        return self.offset(line, col), self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def position(self, offset: int) -> tuple[int, int]:
        """Line (1-based) and column (0-based) of a character offset."""
        low, high = 0, len(self._starts) - 1
        while low < high - 1:
            mid = (low + high) // 2
            if self._starts[mid] <= offset:
                low = mid
            else:
                high = mid
        return low + 1, offset - self._starts[low]

    def line(self, number_: int) -> str:
        """Text of a line without its end."""
        return self._lines[number_ - 1].rstrip("\r\n") if 0 < number_ <= len(self._lines) else ""

    def comments(self) -> list[tuple[int, str]]:
        """All comments as (line, text)."""
        out = []
        try:
            for token in tokenize.generate_tokens(iter([*self._lines, ""]).__next__):
                if token.type == tokenize.COMMENT:
                    out.append((token.start[0], token.string))
        except (tokenize.TokenError, IndentationError, StopIteration):
            pass
        return out


def decode(data: bytes, path: str) -> str:
    """Text of a source file by its BOM or coding cookie; raises `TensorglotError` TG001."""
    if len(data) > MAX_BYTES:
        raise TensorglotError(f"{path} has {len(data):,} bytes; source files of up to {MAX_BYTES:,} are read",
                              code="TG001", path=path, remedy="Is this a source file? Split generated tables off.")
    if b"\0" in data:
        raise TensorglotError(f"{path} holds NUL bytes and is no Python source", code="TG001", path=path,
                              remedy="Check the path; binary and UTF-16 files are not read.")
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except (SyntaxError, LookupError) as error:
        raise TensorglotError(f"{path}: {error}", code="TG001", path=path,
                              remedy="Save the file as UTF-8 or declare its encoding in the first line.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TensorglotError(f"{path} is not valid {error.encoding} (byte {error.start})", code="TG001", path=path,
                              line=line, remedy="Save the file as UTF-8 or declare its encoding in the first line."
                              ) from None


def parse(text: str, path: str, module: str, is_package: bool = False) -> SourceFile:
    """Parses and numbers one file; raises `TensorglotError` TG001 with the position of a syntax error."""
    try:
        tree = ast.parse(text, filename=path)
    except SyntaxError as error:
        raise TensorglotError(f"invalid Python syntax: {error.msg}", code="TG001", path=path, line=error.lineno or 0,
                              col=max((error.offset or 1) - 1, 0), source_line=(error.text or "").rstrip("\n"),
                              remedy="Fix the file so that `python -m py_compile` accepts it.") from None
    except (RecursionError, MemoryError):
        raise TensorglotError(f"{path} is nested too deeply to be parsed", code="TG001", path=path,
                              remedy="Split the expression.") from None
    except ValueError as error:
        raise TensorglotError(f"{path}: {error}", code="TG001", path=path) from None
    number(tree)
    return SourceFile(module, path, text, tree, is_package)


@dataclass
class Project:
    """The files of a program.

    `root` is the folder that stands on `sys.path`; `package` the root package's name, if the program is one;
    `selected` the dotted names that the user named; `files` those and what of the project they reach; `packages`
    folders only passed through.
    """

    root: Path
    package: str | None
    selected: list[str]
    files: dict[str, SourceFile]
    packages: set[str] = field(default_factory=set)

    def locate(self, module: str) -> Path | None:
        """The file of a project module, or None where the module is not the project's."""
        head = module.split(".")[0]
        if head in FRAMEWORKS and head != self.package:
            return None
        if self.package is not None and head != self.package:
            return None
        base = self.root.joinpath(*module.split("."))
        for candidate in (base / "__init__.py", base.with_suffix(".py")):
            if candidate.is_file():
                return candidate
        return None

    def load(self, module: str) -> SourceFile | None:
        """Reads a project module (once); None where it is not the project's."""
        if module in self.files:
            return self.files[module]
        path = self.locate(module)
        if path is None:
            return None
        relative = path.relative_to(self.root).as_posix()
        file = parse(decode(path.read_bytes(), relative), relative, module, path.name == "__init__.py")
        self.files[module] = file
        return file


def absolute(file: SourceFile, node: ast.ImportFrom) -> str:
    """The absolute module of a `from … import` statement."""
    if not node.level:
        return node.module or ""
    parts = file.module.split(".")
    keep = len(parts) - node.level + (1 if file.is_package else 0)
    return ".".join(parts[:max(keep, 0)] + ([node.module] if node.module else []))


def imported_modules(file: SourceFile) -> list[str]:
    """Absolute names of the modules that a file may import, in its order; names of a module's own are among them."""
    out: list[str] = []
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            out += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = absolute(file, node)
            out += [module, *(f"{module}.{alias.name}" for alias in node.names)]
    return out


def _package_root(folder: Path) -> tuple[Path, list[str]]:
    parts: list[str] = []
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, parts


def from_text(text: str, module: str = "source", path: str = "source.py") -> Project:
    """A project of one file that exists as text only."""
    return Project(Path("."), None, [module], {module: parse(text, path, module)})


def from_paths(paths: list[Path]) -> Project:
    """The project of files and folders: the outermost package that contains them, else their own folder.

    Raises `TensorglotError` TG001 where a path is missing, no Python source, or the paths share no root.
    """
    roots: list[tuple[Path, str | None, list[str]]] = []
    for path in paths:
        if not path.exists():
            raise TensorglotError(f"{path} does not exist", code="TG001", path=str(path),
                                  remedy="Check the path.")
        path = path.resolve()
        if path.is_dir():
            root, parts = _package_root(path)
            if not parts:
                root = path
            names = [_module_name(p, root) for p in sorted(path.rglob("*.py"))
                     if not any(part.startswith(".") or part == "__pycache__" for part in p.relative_to(path).parts)]
            names = [n for n in names if all(part.isidentifier() for part in n.split("."))]
            if not names:
                raise TensorglotError(f"{path} holds no Python files", code="TG001", path=str(path),
                                      remedy="Name a .py file, a package folder or a notebook.")
        else:
            root, parts = _package_root(path.parent)
            names = [_module_name(path, root)]
        roots.append((root, parts[0] if parts else None, names))
    if len({r[:2] for r in roots}) > 1:
        raise TensorglotError("the paths belong to different packages or folders", code="TG001",
                              remedy="Migrate them one by one.")
    root, package, _ = roots[0]
    project = Project(root, package, [n for r in roots for n in r[2]], {})
    single = len(paths) == 1 and paths[0].is_file()
    if single and project.selected[0].split(".")[-1] not in ("__init__",) and package is None:
        path = paths[0].resolve()
        name = project.selected[0]
        project.files[name] = parse(decode(path.read_bytes(), path.name), path.name, name)
    for module in list(project.selected):
        project.load(module)
    return project


def _module_name(path: Path, root: Path) -> str:
    parts = list(path.relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)
