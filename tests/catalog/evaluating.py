"""Runs catalog signatures: canonical arguments in, numpy results out, in any framework.

The same code paths as the migrator's are used (`binding.express`, `binding.bind`), on opaque nodes that stand for the
sample's arrays. `Sample.args` maps canonical names to literals, numpy arrays, lists of those, or `key(...)`.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import math
import operator
from types import SimpleNamespace
from typing import Any

import einops
import keras
import numpy as np
import torch

from tensorglot.catalog import registry
from tensorglot.catalog.binding import bind, express
from tensorglot.catalog.codecs import CODECS, Decline
from tensorglot.catalog.known import DTYPES, RESULT, Known, knowing
from tensorglot.pivot.nodes import Host, Node, const, from_ast, to_ast

torch.set_num_threads(1)

#: A framework's module per namespace of the catalog's signatures.
NAMESPACES: dict[str, dict[str, Any]] = {
    "torch": {"torch": torch, "F": torch.nn.functional, "nn": torch.nn, "operator": operator, "einops": einops},
    "keras": {"keras": keras, "layers": keras.layers, "ops": keras.ops, "operator": operator, "einops": einops,
              "math": math, "np": np, "contextlib": contextlib},
}


class Adapters:
    """The `adapters` namespace: one module per name."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(f"tensorglot.frameworks.keras.adapters.{name}"), name)


NAMESPACES["keras"]["adapters"] = Adapters()
if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    NAMESPACES["tensorflow"] = {**NAMESPACES["keras"], "tf": tf}


def key(text: str, **arrays: Any) -> SimpleNamespace:
    """A subscript: `key("0, :, i", i=array)`."""
    return SimpleNamespace(text=text, arrays=arrays)


class Sample:
    """Canonical arguments with arrays replaced by opaque nodes; `arrays` maps node names to numpy arrays."""

    def __init__(self, args: dict[str, Any], dtype: str) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self.dtype = dtype
        #: The op's result in the source, as shapes, once `forms` was asked for those of a target.
        self.result = Known()
        self.args = {name: self._node(value) for name, value in args.items()}

    def _node(self, value: Any) -> Any:
        if isinstance(value, SimpleNamespace):
            names = {name: self._node(array).fields["id"] for name, array in value.arrays.items()}
            tree = ast.parse(f"_[{value.text}]", mode="eval").body.slice
            for node in ast.walk(tree):
                if isinstance(node, ast.Name):
                    node.id = names[node.id]
            return from_ast(tree)
        if isinstance(value, np.ndarray):
            name = f"v{len(self.arrays)}"
            if value.dtype == np.float64:
                value = value.astype(self.dtype)
            if value.dtype == np.complex128 and self.dtype == "float32":
                value = value.astype("complex64")
            self.arrays[name] = value
            return Host("Name", {"id": name}, verbatim=False)
        if isinstance(value, (list, tuple)) and any(isinstance(v, np.ndarray) for v in value):
            kind = "List" if isinstance(value, list) else "Tuple"
            return Host(kind, {"elts": [const(self._node(v)) for v in value]}, verbatim=False)
        return value

    def known(self, value: Any) -> Known:
        """The oracle of the sample's nodes."""
        if value is RESULT:
            return self.result
        array = self.arrays.get(value.fields.get("id", "")) if isinstance(value,
        Host) and value.kind == "Name" else None
        return Known() if array is None else Known("tensor", str(array.dtype), tuple(array.shape))


def tensors(arrays: dict[str, np.ndarray], framework: str) -> dict[str, Any]:
    """The arrays as tensors of a framework."""
    if framework == "torch":
        return {name: torch.tensor(array) for name, array in arrays.items()}
    if framework == "tensorflow":
        return {name: NAMESPACES["tensorflow"]["tf"].constant(array) for name, array in arrays.items()}
    return {name: keras.ops.convert_to_tensor(array) for name, array in arrays.items()}


def _slices(node: ast.AST) -> ast.AST:
    """Slices as calls, so that a subscript is a value."""
    class Calls(ast.NodeTransformer):
        def visit_Slice(self, found: ast.Slice) -> ast.AST:
            parts = [part or ast.Constant(None) for part in (found.lower, found.upper, found.step)]
            return ast.Call(ast.Name("slice", ast.Load()), parts, [])
    return Calls().visit(node)


def value_of(value: Any, names: dict[str, Any]) -> Any:
    """Evaluates an argument (literal or node) with tensors for the sample's names."""
    if isinstance(value, dict):
        return {k: value_of(v, names) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(value_of(v, names) for v in value)
    if not isinstance(value, Node):
        return value
    tree = ast.fix_missing_locations(ast.Expression(_slices(to_ast(value))))
    return eval(compile(tree, "<sample>", "eval"), {"inf": math.inf, **names})


def neutrals(entry: registry.Entry) -> dict[str, Any]:
    """Canonical arguments' neutral values: the defaults of the source's signatures."""
    found: dict[str, Any] = {}
    for signature in entry.signatures["torch"]:
        for param in signature.params:
            if isinstance(param.expr, ast.Name) and param.default is not None:
                found.setdefault(param.expr.id, ast.literal_eval(param.default))
            if isinstance(param.expr, ast.Call) and param.default is not None and param.expr.args[0].id != "_":
                bound = None
                with contextlib.suppress(Decline):
                    bound = registry_codec(param.expr.func.id).lift(ast.literal_eval(param.default))
                found.setdefault(param.expr.args[0].id, bound)
    return found


def registry_codec(name: str) -> Any:
    """The codec of a name."""
    from tensorglot.catalog.codecs import CODECS
    return CODECS[name]


class Form:
    """One signature that expresses a sample; `run(names)` evaluates it on tensors."""

    def __init__(self, entry: registry.Entry, framework: str, signature: registry.Signature, sample: Sample) -> None:
        self.entry, self.framework, self.signature = entry, framework, signature
        neutral = neutrals(entry)
        self.args = {**neutral, **sample.args}
        given = [name for name, value in sample.args.items()
                 if name not in neutral or isinstance(value, Node) or value != neutral[name]
                 or type(value) is not type(neutral[name])]
        with knowing(sample.known):
            self.lowered = express(signature, self.args, given)
            missing = [n for n in signature.uses
                       if n not in self.args and n not in NAMESPACES[framework] and n not in CODECS
                       and not hasattr(builtins, n)] \
                if signature.template else []
            if missing:
                raise Decline(f"{missing[0]} is not known")

    def run(self, names: dict[str, Any]) -> Any:
        """The result on tensors by node name."""
        space = NAMESPACES[self.framework]
        if self.signature.template:
            used = {n: self._literal(value_of(v, names)) for n, v in self.args.items() if n in self.signature.uses}
            return eval(self.signature.template, {**{n: c.lower for n, c in CODECS.items()}, **space, **used})
        args = [self._literal(value_of(v, names)) for v in self.lowered.args]
        keywords = {k: self._literal(value_of(v, names)) for k, v in self.lowered.keywords.items()}
        head, _, method = self.signature.callee.partition(".")
        if head == "Tensor":
            receiver, *rest = args if self.signature.params[0].expr is not None else [torch.zeros(()), *args]
            if method.endswith("_") or method == "real" or method == "imag":
                receiver = receiver.clone()
            found = getattr(receiver, method)
            return found if self.signature.attribute else found(*rest, **keywords)
        function = space[head]
        for part in method.split("."):
            function = getattr(function, part)
        if self.signature.callee == "operator.setitem":
            changed = args[0].clone()
            changed[args[1]] = args[2]
            return changed
        if head == "operator" and part[0] == "i" and part != "invert":
            args[0] = args[0].clone()
        return function(*args, **keywords)

    @property
    def uses_adapter(self) -> bool:
        """True where an adapter computes the result."""
        return "adapters." in (self.signature.template or self.signature.callee)

    def _literal(self, value: Any) -> Any:
        if self.framework == "torch" and isinstance(value, str) and value in DTYPES:
            return getattr(torch, value)
        return value

    def __repr__(self) -> str:
        return f"{self.framework}: {self.signature.template or self.signature.callee}"


def forms(entry: registry.Entry, framework: str, sample: Sample) -> list[Form]:
    """All signatures of a framework that express the sample."""
    found: list[Form] = []
    if framework != "torch" and not sample.result.kind and any(
            param.expr is not None and "even" in ast.unparse(param.expr)
            for signature in entry.signatures.get(framework) or [] for param in signature.params):
        parts = forms(entry, "torch", sample)[0].run(tensors(sample.arrays, "torch"))
        sample.result = Known("sequence", items=tuple(Known("tensor", shape=tuple(p.shape)) for p in parts))
    for signature in entry.signatures.get(framework) or []:
        with contextlib.suppress(Decline):
            found.append(Form(entry, framework, signature, sample))
    return found


def resolve(form: Form, sample: Sample) -> tuple[str, dict[str, Any]]:
    """Name of the entry to which a torch form's call binds first, and its canonical arguments."""
    reasons = []
    receiver = form.signature.callee.startswith("Tensor.") and form.signature.params[0].expr is None
    args = [const(0), *form.lowered.args] if receiver else form.lowered.args
    with knowing(sample.known):
        for entry in registry.lookup("torch", form.signature.callee):
            for signature in entry.signatures["torch"]:
                if signature.callee != form.signature.callee:
                    continue
                try:
                    return entry.name, bind(signature, list(args), dict(form.lowered.keywords)).args
                except Decline as error:
                    reasons.append(str(error))
    raise AssertionError(f"{form} does not bind: {reasons}")


def plain_result(value: Any) -> Any:
    """Results as nested lists of numpy arrays and Python values; dtypes as names."""
    if isinstance(value, dict):
        return [[k, plain_result(v)] for k, v in sorted(value.items())]
    if isinstance(value, (tuple, list)):
        return [plain_result(v) for v in value]
    if isinstance(value, torch.Tensor):
        value = value.float() if value.dtype == torch.bfloat16 else value
        return value.detach().resolve_conj().numpy()
    if isinstance(value, (torch.dtype, np.dtype)) or type(value).__name__ == "DType":
        return keras.backend.standardize_dtype(value)
    if keras.ops.is_tensor(value):
        array = np.asarray(keras.ops.convert_to_numpy(value))
        return array.astype("float32") if array.dtype.name == "bfloat16" else array
    return value


def shapes(value: Any) -> Any:
    """Shapes and kinds of dtype of nested results."""
    if isinstance(value, list):
        return [shapes(v) for v in value]
    return (np.shape(value), np.asarray(value).dtype.kind)


def assert_close(got: Any, wanted: Any, tolerance: float, what: str, any_precision: bool = False) -> None:
    """Compares nested results: kinds of dtype, float sizes, shapes and values (relative to the largest entry)."""
    if isinstance(wanted, list):
        assert isinstance(got, list) and len(got) == len(wanted), f"{what}: {got} against {wanted}"
        for a, b in zip(got, wanted, strict=True):
            assert_close(a, b, tolerance, what, any_precision)
        return
    if wanted is None or isinstance(wanted, (str, bool)):
        assert got == wanted, f"{what}: {got!r} against {wanted!r}"
        return
    a, b = np.asarray(got), np.asarray(wanted)
    assert a.shape == b.shape, f"{what}: shape {a.shape} against {b.shape}"
    assert a.dtype.kind in ("iu" if b.dtype.kind in "iu" else b.dtype.kind), f"{what}: {a.dtype} against {b.dtype}"
    if b.dtype.kind in "fc" and isinstance(wanted, np.ndarray) and not any_precision:
        assert a.dtype == b.dtype, f"{what}: {a.dtype} against {b.dtype}"
    if b.dtype.kind in "fc":
        finite = np.isfinite(b)
        scale = max(1.0, float(np.abs(b[finite]).max(initial=0)))
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * scale, err_msg=what)
    else:
        np.testing.assert_array_equal(a, b, err_msg=what)
