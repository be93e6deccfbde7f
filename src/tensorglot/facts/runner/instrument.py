"""Rewrites a module's tree so that it reports what it does to a `Hooks` object; its meaning stays the same.

Every rewritten expression keeps its evaluation order: a hook receives operands that Python would evaluate at that
moment anyway, and calls are split into "look the callee up" (the hook) and the call itself.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any, TypeVar

from ...source.sites import ITERATING, iteration_site, number

#: Global under which each instrumented module finds its hooks. Ends in two underscores: class bodies do not mangle it.
HOOKS = "__tensorglot__"

#: Temporaries of augmented assignments.
_OBJECT, _INDEX = "__tensorglot_object__", "__tensorglot_index__"

#: Callees that look at the frame they are called from.
_FRAME_SENSITIVE = frozenset({"super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__"})

_BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv",
           ast.Mod: "mod", ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "and_", ast.BitOr: "or_",
           ast.BitXor: "xor", ast.LShift: "lshift", ast.RShift: "rshift"}
_UNARY = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert", ast.Not: "not_"}
_COMPARE = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}

#: Statements of a module that are more than definitions and imports.
_WORK = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.For, ast.While, ast.If, ast.With, ast.Assert, ast.Delete)

_Function = TypeVar("_Function", ast.FunctionDef, ast.AsyncFunctionDef)


def instrument(tree: ast.Module, lenient: bool = False) -> ast.Module:
    """Numbers the tree and rewrites it in place; the result is ready for `compile`.

    In a `lenient` module the statements that do the work of a script are passed over where they raise an `Exception`.
    """
    number(tree)
    tree = _Instrumenter(bound_names(tree)).visit(tree)
    if lenient:
        tree.body = [_passed_over(s) if isinstance(s, _WORK) else s for s in tree.body]
    return ast.fix_missing_locations(tree)


def _passed_over(statement: ast.stmt) -> ast.stmt:
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
    return _at(statement, ast.Try([statement], [handler], [], []))


def bound_names(tree: ast.AST) -> set[str]:
    """Names that a module binds anywhere, and that so may be no builtins."""
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} | \
        {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}


def is_private(name: str) -> bool:
    """True for names that a class body mangles."""
    return name.startswith("__") and not name.endswith("__")


def _hook(method: str, node: ast.AST, *args: ast.expr) -> ast.Call:
    """`hooks.method(site of node, *args)`"""
    function = ast.Attribute(ast.Name(HOOKS, ast.Load()), method, ast.Load())
    site = ast.Constant(node.site)  # type: ignore[attr-defined]
    return ast.Call(function, [site, *args], [])


@dataclass(frozen=True)
class _Scope:
    name: str
    is_function: bool
    receiver: str | None = None


class _Instrumenter(ast.NodeTransformer):
    def __init__(self, bound: set[str]) -> None:
        self.bound = bound
        self.scopes: list[_Scope] = []

    # Expressions

    def visit_Call(self, node: ast.Call) -> ast.expr:
        func = node.func
        iterates = isinstance(func, ast.Name) and func.id in ITERATING - self.bound
        node.args = [self.iterated(a) if iterates else self.visit(a) for a in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        if isinstance(func, ast.Name) and func.id in _FRAME_SENSITIVE:
            return node
        if isinstance(func, ast.Attribute) and not is_private(func.attr):
            node.func = _at(func, _hook("bind", node, self.visit(func.value), ast.Constant(func.attr)))
        else:
            node.func = _at(func, _hook("callee", node, self.visit(func)))
        return node

    def iterated(self, node: ast.expr) -> ast.expr:
        """An expression whose items are taken one by one."""
        site = ast.Constant(iteration_site(node.site))  # type: ignore[attr-defined]
        items = ast.Attribute(ast.Name(HOOKS, ast.Load()), "iterate", ast.Load())
        return _at(node, ast.Call(items, [site, self.visit(node)], [])) if not isinstance(node, ast.Starred) else \
            self.visit(node)

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        node.value = self.iterated(node.value) if isinstance(node.ctx, ast.Load) else self.visit(node.value)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        node.target, node.iter = self.visit(node.target), self.iterated(node.iter)
        node.ifs = [self.visit(test) for test in node.ifs]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load) or is_private(node.attr):
            return node
        return _at(node, _hook("attribute", node, node.value, ast.Constant(node.attr)))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            return _at(node, _hook("getitem", node, node.value, self._index(node.slice)))
        node.slice = self.visit(node.slice)
        if isinstance(node.ctx, ast.Store):
            node.value = _at(node, _hook("target", node, node.value))
        return node

    def _index(self, index: ast.expr) -> ast.expr:
        """A subscript as an expression that may stand outside of brackets."""
        if isinstance(index, ast.Tuple):
            return _at(index, ast.Tuple([self._index(i) for i in index.elts], ast.Load()))
        if isinstance(index, ast.Slice):
            parts = [ast.Constant(None) if p is None else self.visit(p) for p in (index.lower, index.upper, index.step)]
            return _at(index, ast.Call(ast.Attribute(ast.Name(HOOKS, ast.Load()), "slice", ast.Load()), parts, []))
        return self.visit(index)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
            return node
        return _at(node, _hook("binary", node, ast.Constant(_BINARY[type(node.op)]), left, right))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        node.operand = self.visit(node.operand)
        if isinstance(node.operand, ast.Constant):
            return node
        return _at(node, _hook("unary", node, ast.Constant(_UNARY[type(node.op)]), node.operand))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        node.left = self.visit(node.left)
        node.comparators = [self.visit(c) for c in node.comparators]
        op = _COMPARE.get(type(node.ops[0]))
        # A chain evaluates its operands one by one and stops early: it is left alone.
        if len(node.ops) > 1 or op is None:
            return node
        return _at(node, _hook("binary", node, ast.Constant(op), node.left, node.comparators[0]))

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self._defaults(node.args)
        self.scopes.append(_Scope("<lambda>", True))
        node.body = self.visit(node.body)
        self.scopes.pop()
        return node

    # Statements

    def visit_For(self, node: ast.For) -> ast.stmt:
        node.target, node.iter = self.visit(node.target), self.iterated(node.iter)
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        unpacks = any(isinstance(t, (ast.Tuple, ast.List)) for t in node.targets)
        node.value = self.iterated(node.value) if unpacks and len(node.targets) == 1 else self.visit(node.value)
        node.targets = [self.visit(t) for t in node.targets]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        name = "i" + _BINARY[type(node.op)].rstrip("_")
        target = node.target
        if isinstance(target, ast.Name):
            current: ast.expr = ast.Name(target.id, ast.Load())
            return _at(node, ast.Assign([target], self._augmented(node, name, current)))
        keep = _at(node, ast.Assign([ast.Name(_OBJECT, ast.Store())], self.visit(target.value)))
        held = ast.Name(_OBJECT, ast.Load())
        if isinstance(target, ast.Attribute):
            current = ast.Attribute(held, target.attr, ast.Load())
            new_target: ast.expr = ast.Attribute(held, target.attr, ast.Store())
            return [keep, _at(node, ast.Assign([new_target], self._augmented(node, name, current)))]
        keep_index = _at(node, ast.Assign([ast.Name(_INDEX, ast.Store())], self._index(target.slice)))
        index = ast.Name(_INDEX, ast.Load())
        current = _hook("getitem", target, held, index)
        new_target = ast.Subscript(_hook("target", target, held), index, ast.Store())
        return [keep, keep_index, _at(node, ast.Assign([new_target], self._augmented(node, name, current)))]

    def _augmented(self, node: ast.AugAssign, name: str, current: ast.expr) -> ast.expr:
        return _at(node, _hook("binary", node, ast.Constant(name), current, self.visit(node.value)))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        node.target = self.visit(node.target)
        node.value = node.value and self.visit(node.value)
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        if node.value is not None:
            receiver = self.scopes[-1].receiver
            who = ast.Name(receiver, ast.Load()) if receiver else ast.Constant(None)
            name = ast.Constant(self._qualname())
            node.value = _at(node.value, _hook("leave", node, name, who, self.visit(node.value)))
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        # Patterns look like expressions but are none.
        node.guard = node.guard and self.visit(node.guard)
        node.body = self._block(node.body)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        self.scopes.append(_Scope(node.name, False))
        node.body = self._block(node.body)
        self.scopes.pop()
        return node

    def _function(self, node: _Function) -> _Function:
        self._defaults(node.args)
        in_class = bool(self.scopes) and not self.scopes[-1].is_function
        self.scopes.append(_Scope(node.name, True, _receiver(node) if in_class else None))
        docstring = ast.get_docstring(node, clean=False) is not None
        node.body = self._block(node.body)
        node.body.insert(int(docstring), self._enter_hook(node))
        self.scopes.pop()
        return node

    def _enter_hook(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
        a = node.args
        rest = [arg for arg in (a.vararg, a.kwarg) if arg is not None]
        names = [arg.arg for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs, *rest)]
        values = ast.Dict([ast.Constant(n) for n in names], [ast.Name(n, ast.Load()) for n in names])
        call = _hook("enter", node, ast.Constant(self._qualname()), values)
        return _at(node.body[0] if node.body else node, ast.Expr(call))

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in body:
            new = self.visit(statement)
            out.extend(new if isinstance(new, list) else [new])
        return out

    def _defaults(self, args: ast.arguments) -> None:
        args.defaults = [self.visit(d) for d in args.defaults]
        args.kw_defaults = [d and self.visit(d) for d in args.kw_defaults]

    def _qualname(self) -> str:
        """As Python's `__qualname__`."""
        parts = [f"{s.name}.<locals>" if s.is_function else s.name for s in self.scopes[:-1]]
        return ".".join([*parts, self.scopes[-1].name])


def _receiver(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Name of the method's first parameter, if it is the instance throughout the body."""
    arguments = [*node.args.posonlyargs, *node.args.args]
    static = {d.id for d in node.decorator_list if isinstance(d, ast.Name)} & {"staticmethod", "classmethod"}
    if not arguments or static:
        return None
    first = arguments[0].arg
    rebound = any(isinstance(n, ast.Name) and n.id == first and not isinstance(n.ctx, ast.Load)
                  for statement in node.body for n in ast.walk(statement))
    return None if rebound else first


def _at(old: ast.AST, new: Any) -> Any:
    return ast.copy_location(new, old)
