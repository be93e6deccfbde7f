"""What a reader of migrated code sees, counted from the texts alone: lines, comments, transposes, adapters."""

from __future__ import annotations

import ast
import functools
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy

import tensorglot
from tensorglot.catalog import registry

#: Calls and attributes that reorder axes, by the last part of their name, in any of the frameworks.
REORDERING_CALLS = frozenset({"permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "adjoint",
                              "rearrange", "Rearrange", "Permute", "t", "t_", "transpose_"})
REORDERING_ATTRIBUTES = frozenset({"T", "mT", "H", "mH"})


@dataclass(frozen=True)
class TextMetrics:
    """Figures of one migrated file against its source; `extra_transposes` are those beyond the source's own."""

    source_lines: int
    output_lines: int
    adapter_lines: int
    comments: int
    comments_lost: tuple[str, ...]
    source_transposes: int
    output_transposes: int
    source_calls: int
    leftovers: tuple[str, ...]

    @property
    def line_ratio(self) -> float:
        """Lines of output, adapters aside, per line of source."""
        return (self.output_lines - self.adapter_lines) / max(self.source_lines, 1)

    @property
    def comments_kept(self) -> float:
        """Share of the source's comments and docstrings that stand in the output."""
        return 1 - len(self.comments_lost) / self.comments if self.comments else 1.0

    @property
    def extra_transposes(self) -> int:
        """Sites that reorder axes, beyond those of the source."""
        return max(0, self.output_transposes - self.source_transposes)


def compare(source: str, output: str, target: str) -> TextMetrics:
    """Counts both texts; raises `SyntaxError` where the output is no Python."""
    source_tree, output_tree = ast.parse(source), ast.parse(output)
    adapters = _adapter_nodes(source_tree, output_tree, target)
    wanted = Counter(comments(source)) + Counter(docstrings(source_tree))
    have = Counter(comments(output)) + Counter(docstrings(output_tree))
    lost = tuple((wanted - _amended(wanted, have)).elements())
    return TextMetrics(
        source_lines=len(source.splitlines()),
        output_lines=len(output.splitlines()),
        adapter_lines=sum(_lines(node, output.splitlines()) for node in adapters),
        comments=wanted.total(),
        comments_lost=lost,
        source_transposes=transposes(source_tree),
        output_transposes=transposes(output_tree) - sum(transposes(node) for node in adapters),
        source_calls=sum(isinstance(node, ast.Call) for node in ast.walk(source_tree)),
        leftovers=tuple(leftovers(output_tree, target)),
    )


def leftovers(tree: ast.Module, target: str) -> Iterator[str]:
    """Calls of methods that only the source's tensors have, and no class of the file: `x.size(0)`, with their lines."""
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    foreign = tensor_methods() - defined - _OF_TARGETS.get(target, frozenset())
    imported = {(alias.asname or alias.name).split(".")[0] for node in ast.walk(tree)
                if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in foreign:
            of, root = node.func.value, node.func.value
            while isinstance(root, ast.Attribute):
                root = root.value
            layer = isinstance(of, ast.Name) and of.id == "self"
            if not layer and not (isinstance(root, ast.Name) and root.id in imported):
                yield f"{ast.unparse(node)[:60]} (line {node.lineno})"


#: Methods that a target's tensors have, too.
_OF_TARGETS = {"tensorflow": frozenset({"numpy"})}


@functools.cache
def tensor_methods() -> frozenset[str]:
    """Methods of PyTorch's tensors in the catalog that neither Python's own types nor NumPy's arrays have."""
    registry.load()
    found = {signature.callee.removeprefix("Tensor.") for entry in registry.REGISTRY.values()
             for signature in entry.sources("torch") if signature.callee.startswith("Tensor.") and signature.method}
    return frozenset(found.difference(*map(dir, (str, bytes, list, dict, set, int, float, numpy.ndarray)))
                     - {"apply", "type", "bool", "float"} | {"size", "to"})


#: How comments begin that tell a linter, type checker or coverage tool to pass over a line.
_TO_LINTERS = ("noqa", "type: ignore", "pragma:", "pylint:")


def comments(text: str) -> list[str]:
    """Every comment of a file, without the number sign and outer blanks; orders to linters go with their line."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found = [token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT]
    return [comment for comment in found if not comment.startswith(_TO_LINTERS)]


def docstrings(tree: ast.AST) -> list[str]:
    """Every docstring, dedented."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, holders))
    return [text for text in found if text is not None]


def transposes(tree: ast.AST) -> int:
    """Sites that reorder axes. A reordering reshape pattern (einops) counts as one, whatever it compiles to."""
    return sum(_reorders(node) for node in ast.walk(tree))


def _reorders(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in REORDERING_CALLS
    return isinstance(node, ast.Attribute) and node.attr in REORDERING_ATTRIBUTES


def _amended(wanted: Counter[str], have: Counter[str]) -> Counter[str]:
    """What stands in the output of each wanted text; a note appended to a comment does not lose it."""
    found = wanted & have
    rest = have - wanted
    for text in (wanted - found).elements():
        note = next((other for other in rest if text and other.startswith(text) and rest[other]), None)
        if note is not None:
            rest[note] -= 1
            found[text] += 1
    return found


def _adapter_nodes(source: ast.Module, output: ast.Module, target: str) -> list[ast.stmt]:
    """Top-level definitions that were copied from the target's adapters."""
    own = {name for node in source.body for name in _defined(node)}
    names = adapter_names(target) - own
    return [node for node in output.body if names & _defined(node)]


def adapter_names(target: str) -> set[str]:
    """Top-level names of all adapter files that a target's output may contain: TensorFlow's are those of Keras."""
    shared = {"tensorflow": "keras"}
    folder = Path(tensorglot.__file__).parent / "frameworks" / shared.get(target, target) / "adapters"
    found: set[str] = set()
    for file in folder.glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            found |= _defined(node)
    return found


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()


def _lines(node: ast.stmt, lines: list[str]) -> int:
    """Lines of a definition with its decorators and the blank lines that part it from the next."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    last = node.end_lineno or node.lineno
    while last < len(lines) and not lines[last].strip():
        last += 1
    return last - first + 1
