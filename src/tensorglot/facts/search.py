"""Examples that a file itself contains, and guesses for arguments: what can be known from text alone."""

from __future__ import annotations

import ast
import copy
import doctest
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

#: Methods that hand their object on: `Net().to(device).eval()` builds the same model as `Net()`.
_PASSING = frozenset({"cuda", "cpu", "to", "eval", "train", "requires_grad_", "double", "float", "half"})

#: Names of functions that do work instead of making a model.
_WORK = re.compile(r"^(main|run|train|fit|test|demo|eval|evaluate|download|load|save|parse|plot|print|get_args|setup)"
                   r"|(loader|dataset|transforms?|optimizer|scheduler)s?$")

#: An expression with more nodes than this is no example.
_MAX_NODES = 400


@dataclass(frozen=True)
class Written:
    """An example in the text: expressions for the model and its arguments (`inputs` None: it is only built).

    `imports` are the import statements of the block it stands in; `origin` tells the block.
    """

    model: str
    inputs: tuple[str, ...] | None
    keywords: tuple[tuple[str, str], ...] = ()
    imports: str = ""
    origin: str = ""


def written_examples(tree: ast.Module) -> list[Written]:
    """Models built and called in the `__main__` block, in `test*` functions, at module level and in docstrings."""
    own = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    out: list[Written] = []
    for origin, body in _blocks(tree):
        out.extend(_Block(own, origin).read(body))
    called = {w.model for w in out if w.inputs is not None}
    unique = dict.fromkeys(w for w in out if w.inputs is not None or w.model not in called)
    return list(unique)


def _blocks(tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt]]]:
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            yield "main", node.body
        elif isinstance(node, ast.FunctionDef) and re.match(r"tests?(_|\d|$)|main$|demo", node.name):
            yield "test", node.body
    yield "module", [n for n in tree.body if isinstance(n, (ast.Assign, ast.Expr))]
    for owner in ast.walk(tree):
        if isinstance(owner, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            text = ast.get_docstring(owner) or ""
            if ">>>" in text:
                yield "docstring", _doctest_body(text)


def _doctest_body(text: str) -> list[ast.stmt]:
    body: list[ast.stmt] = []
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return body
    for example in examples:
        try:
            body.extend(ast.parse(example.source).body)
        except SyntaxError:
            continue
    return body


class _Block:
    """Follows assignments through a block and collects calls of models."""

    def __init__(self, own: set[str], origin: str):
        self.own = own
        self.origin = origin
        self.bindings: dict[str, ast.expr] = {}
        self.imports: list[str] = []
        self.found: list[Written] = []

    def read(self, body: list[ast.stmt]) -> list[Written]:
        """Examples of the block, in order."""
        for statement in body:
            self._statement(statement)
        return self.found

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports.append(ast.unparse(node))
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            return
        elif isinstance(node, ast.Assign):
            self._calls(node.value)
            if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._bind(node.targets[0].id, node.value)
        elif isinstance(node, (ast.For, ast.With, ast.If, ast.Try, ast.While)):
            if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
                if isinstance(node.iter, (ast.List, ast.Tuple)) and node.iter.elts:
                    self._bind(node.target.id, node.iter.elts[0])
            self.read(node.body)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self._calls(child)

    def _bind(self, name: str, value: ast.expr) -> None:
        inlined = self._inline(value)
        if inlined is not None:
            self.bindings[name] = inlined
            if self._builds(inlined):
                self._add(inlined, None)

    def _calls(self, expression: ast.expr) -> None:
        for node in ast.walk(expression):
            if isinstance(node, ast.Call):
                model = self._inline(node.func)
                if model is not None and self._builds(model) and isinstance(node.func, (ast.Name, ast.Call)):
                    self._add(model, node)

    def _builds(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.own

    def _add(self, model: ast.expr, call: ast.Call | None) -> None:
        imports = "\n".join(self.imports)
        if call is None:
            self.found.append(Written(ast.unparse(model), None, (), imports, self.origin))
            return
        args = [self._inline(a) for a in call.args]
        keywords = [(k.arg, self._inline(k.value)) for k in call.keywords]
        if all(a is not None for a in args) and all(n and v is not None for n, v in keywords):
            self.found.append(Written(ast.unparse(model), tuple(ast.unparse(a) for a in args if a is not None),
                                      tuple((n, ast.unparse(v)) for n, v in keywords if n and v is not None),
                                      imports, self.origin))

    def _inline(self, node: ast.expr) -> ast.expr | None:
        """The expression with local names replaced by what they stand for; None where it grows too large."""
        out = _Inliner(self.bindings).visit(copy.deepcopy(node))
        return out if sum(1 for _ in ast.walk(out)) < _MAX_NODES else None


class _Inliner(ast.NodeTransformer):
    def __init__(self, bindings: dict[str, ast.expr]):
        self.bindings = bindings

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.bindings[node.id]) if node.id in self.bindings else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _PASSING:
            return node.func.value
        return node


def factories(tree: ast.Module) -> list[str]:
    """Public module-level functions that may return a model: they return a call or a name, and do no visible work."""
    out = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not _WORK.search(node.name):
            returns = [n.value for n in ast.walk(node) if isinstance(n, ast.Return)]
            if any(isinstance(r, (ast.Call, ast.Name)) for r in returns):
                out.append(node.name)
    return out


def outermost_first(tree: ast.Module, classes: list[str]) -> list[str]:
    """Classes that no other class or function of the file mentions come first, then in reverse order of definition."""
    mentioned: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            mentioned |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id != node.name}
    return sorted(reversed(classes), key=lambda name: name in mentioned)


@dataclass
class Guesses:
    """Values for constructor arguments, by name and annotation.

    `special(kind)` gives expressions for ``"norm"``, ``"activation"``, ``"block"``, ``"config"`` and ``"module"``
    (with the argument's name as second parameter); `strings` maps names to the texts they are compared with.
    """

    special: Callable[[str, str], list[str]]
    strings: dict[str, list[str]] = field(default_factory=dict)
    outermost: bool = True

    def candidates(self, name: str, annotation: str) -> list[str]:
        """Expressions to try for a required argument, most likely first (at least one)."""
        if name in self.strings and annotation in ("", "str"):
            return [repr(s) for s in self.strings[name]]
        for pattern, kind in SPECIAL:
            if re.search(pattern, name, re.IGNORECASE):
                found = self.special(kind, name)
                if found:
                    return found
        by_annotation = self._annotated(annotation, name)
        if by_annotation is not None:
            return by_annotation
        for pattern, inner, outer in _NAMED:
            if re.search(pattern, name, re.IGNORECASE):
                return (outer or inner) if self.outermost else inner
        return self.special("module", name) or ["16", "32", "2"]

    def _annotated(self, annotation: str, name: str) -> list[str] | None:
        text = annotation.replace("typing.", "").replace(" ", "")
        if re.match(r"(Optional\[)?bool\b", text):
            return ["False", "True"]
        if re.match(r"(Optional\[)?(List|list|Sequence|Tuple|tuple|Iterable)\[int", text):
            square = re.search(r"size|resolution|shape", name)
            return ["(8, 8)", "(32, 32)"] if square else ["[2, 2, 2, 2]", "[16, 32, 64, 128]", "(2, 2)"]
        if re.match(r"(Optional\[)?(List|list|Sequence|Tuple|tuple)\[float", text):
            return ["[0.1, 0.1, 0.1, 0.1]"]
        if re.match(r"(Optional\[)?str\b", text):
            return ["'relu'", "'same'"]
        if re.match(r"(Type|type|Callable|Optional\[Callable)", text):
            return self.special("activation", name)
        if re.match(r"[\w.]*Module\b", text):
            return self.special("module", name) or self.special("layer", name)
        if re.match(r"float\b", text):
            return ["0.1"]
        return None


#: Arguments that stand for something the file defines, by name.
SPECIAL = (
    (r"^(config|cfg|args|hparams?|params|opts?|conf|hyper_?params?)$", "config"),
    (r"norm(_layer|_cls|_func)?$", "norm"),
    (r"^(act|activation|nonlinearity|non_linearity|act_layer|act_func|act_fn)", "activation"),
    (r"(^|_)(block|bottleneck|cell)(_?(cls|type|class|fn|func))?$", "block"),
    (r"(encoder|decoder|backbone|generator|discriminator|embedd?ing|embedder|classifier|head|model|net|module|layer|fn|"
     r"sub_?layer|attention|attn|mlp|ffn|feed_forward|stem|body|trunk)$", "module"),
)

#: Pattern, values inside a network, values for a whole network (None: the same).
_NAMED: tuple[tuple[str, list[str], list[str] | None], ...] = (
    (r"^dev(ice)?$", ["'cpu'"], None),
    (r"num_?class|n_?class|nclass|^classes|num_labels|out_classes|n_labels|class_?num|num_outputs", ["10"], None),
    (r"vocab|num_?(words|tokens|embeddings)|n_?tokens?|ntoken|dict_?size|num_?types|n_words", ["100"], None),
    (r"drop|(^|_)p$|prob|rate$|ratio$", ["0.1"], None),
    (r"head", ["4", "2"], None),
    (r"patch", ["4", "8", "16"], None),
    (r"im(age|g)_?(size|height|width)|input_?(size|resolution)$|^(height|width|resolution)$|^in_size",
     ["32", "16"], ["32", "(32, 32)", "64"]),
    (r"kernel|window|^k$|ksize", ["3", "4"], None),
    (r"stride", ["1", "2"], None),
    (r"pad", ["1", "0"], None),
    (r"dilat|group|expansion|^expand|reduction|ratio|factor|scale|mult", ["2", "1", "4"], None),
    (r"(max|seq|block|context|sequence).*(len|length|size)|^(len|length|seq_len|max_len|n_positions|n_ctx)$",
     ["64", "16", "128"], None),
    (r"(^|_)(n_?|num_?)?(layers?|depths?|blocks?|stages?|repeats?|units)$|^n$|nlayers?|num_(layers|blocks)",
     ["2", "[2, 2, 2, 2]"], ["2", "[2, 2, 2, 2]", "3"]),
    (r"^in_?(c$|ch|chan|planes|features|filters|dim)|^inp$|inplanes|input_?(channels?|nc|dim)|^channels?_in|n_?channels"
     r"|^nc$|^in_chans|^c_?in$|^ch_in|^cin$|num_channels|img_channels|image_channels", ["16", "32", "64"], ["3", "16",
                                                                                                          "1"]),
    (r"latent|^z_?dim|^nz$|noise", ["32", "100"], None),
    (r"time|frames?|^t$", ["16", "8"], None),
    (r"out|planes|oup|filters|chan|^ch|width|growth|^c$|^nf$|^n[gd]f$|base", ["16", "32", "64"], None),
    (r"dim|hidden|embed|d_?model|^d_|size|features|n_?embd|state|rank|^h$|^d$|^e$|inner|^ff|mlp|nhid|ninp|units",
     ["32", "16", "64"], None),
    (r"eps", ["1e-5"], None),
    (r"alpha|beta|gamma|momentum|temperature|lambda|weight|sigma|theta", ["0.5"], None),
    (r"^(use|with|is|has|do|no|return|enable|include|add)_|bias|bilinear|causal|affine|bidirectional|pretrained|"
     r"shortcut|residual|downsample|last|first|training|batch_first|inplace", ["False", "True"], None),
)


def compared_strings(tree: ast.AST) -> dict[str, list[str]]:
    """Texts that names (or attributes) are compared with: `mode == "avg"`, `self.mode in ("avg", "max")`."""
    out: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:
            left = node.left
            name = left.id if isinstance(left, ast.Name) else left.attr if isinstance(left, ast.Attribute) else ""
            for item in getattr(node.comparators[0], "elts", None) or [node.comparators[0]]:
                if name and isinstance(item, ast.Constant) and isinstance(item.value, str):
                    if item.value not in out.setdefault(name, []):
                        out[name].append(item.value)
    return out


def attribute_reads(tree: ast.AST, name: str) -> list[str]:
    """Attributes that are read from a variable: for `config.n_embd` with name `config`, ``n_embd``."""
    found = [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load) and (
        (isinstance(n.value, ast.Name) and n.value.id == name)
        or (isinstance(n.value, ast.Attribute) and n.value.attr == name))]
    return list(dict.fromkeys(found))
