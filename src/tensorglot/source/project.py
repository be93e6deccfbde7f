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
    """One Python file: `module` is its dotted name, `path` relative to the project's root."""

    module: str
    path: str
    text: str
    tree: ast.Module
    is_package: bool = False
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
    `selected` the dotted names that the user named; `files` those and every project module that they reach; `stubs`
    modules that are reached but hold no code that a model runs; `packages` folders only passed through.
    """

    root: Path
    package: str | None
    selected: list[str]
    files: dict[str, SourceFile]
    stubs: dict[str, SourceFile] = field(default_factory=dict)
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


def imported_modules(file: SourceFile) -> list[str]:
    """Dotted names that the file's imports may refer to (modules and, for `from x import y`, `x.y`)."""
    out: list[str] = []
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            out += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(file, node)
            out.append(base)
            out += [f"{base}.{alias.name}" for alias in node.names if alias.name != "*"]
    return list(dict.fromkeys(out))


def absolute(file: SourceFile, node: ast.ImportFrom) -> str:
    """The absolute module of a `from … import` statement."""
    if not node.level:
        return node.module or ""
    parts = file.module.split(".")
    keep = len(parts) - node.level + (1 if file.is_package else 0)
    return ".".join(parts[:max(keep, 0)] + ([node.module] if node.module else []))


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


def follow(project: Project, dialect_packages: frozenset[str], hot: set[str] | None) -> None:
    """Loads the modules that the chosen ones reach.

    `hot` names modules whose code the examples ran (None: nothing was run). A reached module that was not chosen, was
    not run and uses the framework is not followed but listed in `project.stubs`; so are packages that are only passed
    through on the way to a module.
    """
    if project.package is None and any(project.root.glob("*.dist-info")):
        return
    queue = list(project.files)
    while queue:
        module = queue.pop()
        for name in imported_modules(project.files[module]):
            if name in project.files or name in project.stubs or project.locate(name) is None:
                continue
            file = project.load(name)
            assert file is not None
            if hot is not None and name not in hot and uses(file, dialect_packages, project) and \
                    not needed_at_import(project.files[module], name):
                del project.files[name]
                project.stubs[name] = file
            else:
                queue.append(name)
    for module in [*project.files, *project.stubs]:
        for i in range(1, len(module.split("."))):
            parent = ".".join(module.split(".")[:i])
            if parent not in project.files and parent not in project.stubs and project.locate(parent) is not None:
                project.packages.add(parent)


def needed_at_import(file: SourceFile, module: str) -> bool:
    """True where importing a file calls, inherits from or decorates with what it takes from a module."""
    names = {alias.asname or alias.name for node in ast.walk(file.tree) if isinstance(node, ast.ImportFrom)
             and absolute(file, node) == module for alias in node.names}
    stack: list[ast.AST] = [file.tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):  # a registration: dropped where it can't run
            stack += node.value.args
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            used = list(getattr(node, "decorator_list", ()))
        else:
            used = [*getattr(node, "decorator_list", ()), *getattr(node, "bases", ())]
            used += [node.func] if isinstance(node, ast.Call) else []
            stack += ast.iter_child_nodes(node)
        heads = [n.func if isinstance(n, ast.Call) else n for n in used]
        if any(isinstance(n, ast.Name) and n.id in names for n in heads):
            return True
    return False


def uses(file: SourceFile, packages: frozenset[str], project: Project) -> bool:
    """True where a file imports the framework, or other modules of the project that are not plain Python."""
    for name in imported_modules(file):
        if name.split(".")[0] in packages:
            return True
        if name.split(".")[0] == project.package and name in project.stubs:
            return True
    return False
