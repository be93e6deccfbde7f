"""Printing: untouched source spans to the letter, everything else generated and spliced in."""

from __future__ import annotations

import ast
import functools
import io
import itertools
import re
import tokenize
from typing import Any

from ..pivot.nodes import Block, Host, Node, Span, to_ast, uncut
from .calls import edit_call

_LOW = {"BinOp", "UnaryOp", "BoolOp", "Compare", "IfExp", "Lambda", "NamedExpr", "Yield", "YieldFrom", "Await"}
#: Parent kind → fields in which an operand must bind tightly.
_TIGHT = {"BinOp": {"left", "right"}, "UnaryOp": {"operand"}, "BoolOp": {"values"}, "Compare": {"left", "comparators"},
          "Attribute": {"value"}, "Call": {"func"}, "Subscript": {"value"}, "Starred": {"value"}, "Await": {"value"},
          "IfExp": {"test", "body", "orelse"}, "comprehension": {"iter", "ifs"}}
_BARE_TUPLE = {("Subscript", "slice"), ("Assign", "value"), ("Return", "value"), ("Assign", "targets"),
               ("For", "iter"), ("For", "target"), ("comprehension", "target"), ("Expr", "value"), ("Yield", "value")}
_COMPOUND = {"If", "For", "AsyncFor", "While", "With", "AsyncWith", "Try", "FunctionDef", "AsyncFunctionDef", "ClassDef"}
_SPANLESS = {"arguments", "comprehension", "withitem", "match_case"}
_BODIES = ("body", "orelse", "finalbody", "handlers", "decorator_list")


class CannotSplice(Exception):
    """A node's text cannot be made from its span."""


class Printer:
    """Prints one file. `text` is the source text that spans refer to ('' where there is none), `cuts` the places in it
    that are not printed."""

    def __init__(self, text: str, cuts: list[Span] | None = None):
        self.text = text
        self.cuts = cuts or []
        self.quote = '"' if text.count('"') >= text.count("'") else "'"
        #: End of a statement → end of its comment, where that was printed with it: statements around it may end there too.
        self.printed_to: dict[int, int] = {}

    # -- entry --------------------------------------------------------------------------------------------------------

    def module(self, node: Host) -> str:
        """Text of a whole file."""
        if self.text:
            pieces = self._slots(node, (0, len(self.text)))
            return self._join((0, len(self.text)), pieces)
        statements = [self.statement(s) for s in node.fields["body"] if not _empty(s)]
        if statements and statements[0].startswith(("'", '"')):
            statements[0] = ast.unparse(ast.parse(statements[0]))  # a docstring
        return _spaced(statements)

    def emit(self, node: Node) -> str:
        """Text of a node."""
        if isinstance(node, Host) and node.kind == "Paren":
            return self.emit(node.fields["value"])
        if isinstance(node, Block):
            return self._block(node)
        if not isinstance(node, Host):
            raise TypeError(f"{type(node).__name__} node was not lowered")
        if node.kind == "JoinedStr":
            return self._formatted(node)
        if node.span is not None and node.verbatim and self.text:
            try:
                return self._splice(node)
            except CannotSplice:
                pass
        text = self._generate(node)
        if node.span is not None and node.kind in _COMPOUND:
            return self.reindented(text, 0, self.column(node.span[0]))
        return text

    def _formatted(self, node: Host) -> str:
        """An f-string: as it stands, unless something in it has changed (positions inside are not reliable)."""
        changed = any(not n.verbatim for n in node.walk())
        if node.span is not None and self.text and not changed:
            return self.text[node.span[0]:node.span[1]]
        text = ast.unparse(ast.fix_missing_locations(to_ast(node, self._bare)))
        plain = not re.search(r"""["\\\n]|.'.""", text[2:-1])
        return f"f{self.quote}{text[2:-1]}{self.quote}" if plain and text.startswith("f'") else text

    def _bare(self, node: Node) -> ast.AST | None:
        """The tree inside parentheses that only mark a place."""
        return to_ast(node.fields["value"], self._bare) if isinstance(node, Host) and node.kind == "Paren" else None

    def statement(self, node: Node) -> str:
        """Text of a statement that has no place in the source."""
        return self.emit(node)

    # -- splicing -----------------------------------------------------------------------------------------------------

    def _splice(self, node: Host) -> str:
        assert node.span is not None
        out = self._join(node.span, self._slots(node, node.span))
        if node.fields.get("renamed"):
            out = re.sub(r"((?:^|\n)\s*(?:async\s+)?def\s+)\w+", lambda m: m.group(1) + node.fields["name"], out, count=1)
        return out

    def _join(self, span: Span, pieces: list[tuple[int, int, str]]) -> str:
        out: list[str] = []
        position = span[0]
        for start, end, text in pieces:
            if start < position:
                raise CannotSplice
            out += [self.source(position, start), text]
            position = end
        out.append(self.source(position, span[1]))
        return "".join(out)

    def source(self, start: int, end: int) -> str:
        """A piece of the source's text."""
        return uncut(self.text, self.cuts, start, end) if self.cuts else self.text[start:end]

    def _slots(self, node: Host, span: Span) -> list[tuple[int, int, str]]:
        """(start, end, new text) for every child, in source order."""
        pieces: list[tuple[int, int, str]] = []
        for field, value in node.fields.items():
            if isinstance(value, list) and (field == "decorator_list" or
                                            field in _BODIES and any(isinstance(v, Node) for v in value)):
                pieces += self._body(node, field, value)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, Node):
                        pieces += self._slot(node, field, item)
            elif isinstance(value, Node):
                pieces += self._slot(node, field, value)
        return sorted(pieces, key=lambda p: (p[0], p[1]))

    def _slot(self, parent: Host, field: str, child: Node) -> list[tuple[int, int, str]]:
        if isinstance(child, Host) and child.kind in _SPANLESS and child.span is None:
            if child.verbatim:
                return self._slots(child, (0, 0))
            return self._arguments(child)
        if child.span is None:
            raise CannotSplice
        text = self.emit(child)
        if not (isinstance(child, Host) and child.verbatim):
            text = self._guarded(parent.kind, field, child, text, child.span)
        return [(child.span[0], child.span[1], text)]

    def _arguments(self, node: Host) -> list[tuple[int, int, str]]:
        """Parameters with new ones: those are put after the last old one."""
        old = Host(node.kind, {k: [x for x in v if x is None or _placed(x)] if isinstance(v, list) else v
                               for k, v in node.fields.items()})
        pieces = self._slots(old, (0, 0))
        new = [a for k in ("args", "kwonlyargs") for a in node.fields[k] if not _placed(a)]
        if not pieces:
            raise CannotSplice
        last = max(p[1] for p in pieces)
        pieces.append((last, last, "".join(f", {a.fields['arg']}=None" for a in new)))
        return pieces

    def _body(self, parent: Host, field: str, body: list[Any]) -> list[tuple[int, int, str]]:
        """Slots of a list of statements (or decorators)."""
        placed = [s for s in body if s.span is not None]
        if field == "decorator_list":
            return self._decorators(parent, body)
        if not placed:
            if body:
                raise CannotSplice
            return []
        alive = any(not _empty(s) for s in body)
        pieces: list[tuple[int, int, str]] = []
        for index, statement in enumerate(body):
            if statement.span is None:
                continue
            start, end = statement.span
            if _empty(statement) and (alive or self._is_elif(statement) or statement is not placed[0]):
                start, end, text = self._removed(start, end, pieces[-1][1] if pieces else 0)
            elif _empty(statement):
                text = "pass"
            else:
                text = self._continued(statement, self._placed_statement(statement))
            end = self.printed_to.get(end, end)
            extras = list(itertools.takewhile(lambda s: s.span is None, body[index + 1:]))
            if extras:
                end, text = self._with_comment(end, text)
            for extra in extras:
                text += "\n" + self.indented(self.statement(extra), self.column(statement.span[0]), blank=True)
            pieces.append((start, end, text))
        return pieces

    def _with_comment(self, end: int, text: str) -> tuple[int, str]:
        """End and text of a statement that is followed by new ones: the comment on its last line belongs to it."""
        comment = re.compile(r"[ \t]*#[^\n]*").match(self.text, end)
        if comment is None:
            return end, text
        self.printed_to[end] = comment.end()
        return comment.end(), text + comment.group().rstrip()

    def _is_elif(self, statement: Node) -> bool:
        return statement.span is not None and self.text.startswith("elif", statement.span[0])

    def _continued(self, statement: Node, text: str) -> str:
        """A statement's text; in the place of an `elif` it is one, or stands under an `else`."""
        if not self._is_elif(statement) or text.startswith("elif"):
            return text
        if isinstance(statement, Host) and statement.kind == "If" and text.startswith("if"):
            return "el" + text
        assert statement.span is not None
        column = self.column(statement.span[0])
        return "else:\n" + " " * (column + 4) + self.reindented(text, column, column + 4)

    def _placed_statement(self, statement: Node) -> str:
        """Text of a statement in its old place, with comments of regenerated code kept above it."""
        assert statement.span is not None
        text = self.emit(statement)
        if isinstance(statement, Host) and statement.verbatim:
            return text
        lost = self._lost_comments(statement.span, text)
        if not lost:
            return text
        pad = "\n" + " " * self.column(statement.span[0])
        return pad.join(lost) + pad + text

    def _lost_comments(self, span: Span, text: str) -> list[str]:
        original = self.source(*span)
        if "#" not in original:
            return []
        have = comments(text)
        out = []
        for comment in comments(original):
            if comment in have:
                have.remove(comment)
            else:
                out.append(comment)
        return out

    def _decorators(self, parent: Host, body: list[Any]) -> list[tuple[int, int, str]]:
        assert parent.span is not None
        start = parent.span[0]
        pad = " " * self.column(start)
        fresh = "".join(f"@{self.emit(d)}\n{pad}" for d in body if d.span is None)
        pieces = [(start, start, fresh)] if fresh else []
        kept = [d for d in body if d.span is not None]
        pieces += [(d.span[0], d.span[1], self.emit(d)) for d in kept]
        head = re.compile(r"[ \t]*(?:async\s+def|def|class)\b")
        position = start
        while not head.match(self.text, position):
            end = self.text.find("\n", position) + 1
            if end <= 0:
                break
            if self.text[position:end].lstrip().startswith("@") and not any(
                    position <= d.span[0] < self._decorator_end(position) for d in kept):
                stop = self._decorator_end(position)
                indent = re.compile(r"[ \t]*").match(self.text, stop)
                assert indent is not None
                pieces.append((position, indent.end(), ""))
                position = stop
            else:
                position = end
        return pieces

    def _decorator_end(self, position: int) -> int:
        """Offset of the line after a decorator."""
        depth = 0
        while position < len(self.text):
            ch = self.text[position]
            depth += ch in "([{"
            depth -= ch in ")]}"
            position += 1
            if ch == "\n" and depth <= 0:
                break
        return position

    def _removed(self, start: int, end: int, printed: int) -> tuple[int, int, str]:
        """A removed statement takes its lines with it where it stands alone on them; what is ahead was printed up to an
        offset."""
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self.text.find("\n", end)
        line_end = len(self.text) if line_end < 0 else line_end + 1
        before, after = self.text[line_start:start], self.text[end:line_end].strip()
        if before.strip() or (after and not after.startswith("#")):
            if after.startswith(";"):
                semicolon = self.text.index(";", end) + 1
                return start, semicolon + (self.text[semicolon] == " "), ""
            return start, end, "pass" if before.strip().endswith(":") else ""
        noise = not after or re.match(r"#\s*(noqa|type:|pylint|pyright|fmt)", after)
        lost = comments(self.text[start:end])
        text = "".join(f"{before}{c}\n" for c in lost) + ("" if noise else f"{before}{after}\n")
        if printed < line_start and self.text[line_end - 1] == "\n":  # the line's end may lie outside of what is printed
            self.printed_to[end] = line_end - 1
            return line_start - 1, line_end - 1, "\n" + text[:-1] if text else ""
        return line_start, line_end, text

    # -- blocks -------------------------------------------------------------------------------------------------------

    def _block(self, node: Block) -> str:
        """Statements in the place of one."""
        column = self.column(node.span[0]) if node.span is not None else 0
        parts: list[str] = []
        previous: Node | None = None
        for statement in node.body:
            if _empty(statement):
                continue
            text = self._placed_statement(statement) if statement.span is not None else self.statement(statement)
            own = self.column(statement.span[0]) if statement.span is not None else column
            text = self.reindented(text, own, column)
            if previous is not None:
                gap = self._gap(previous, statement, column)
                parts.append(gap)
            parts.append(text)
            previous = statement
        return "".join(parts) or "pass"

    def _gap(self, previous: Node, statement: Node, column: int) -> str:
        """What stands between two statements of the source: comments and blank lines."""
        pad = "\n" + " " * column
        if previous.span is None or statement.span is None or previous.span[1] > statement.span[0]:
            return pad
        between = self.text[previous.span[1]:statement.span[0]]
        if between.replace("#", "").strip() and not all(
                not line.strip() or line.strip().startswith("#") for line in between.split("\n")):
            return pad
        lines = between.split("\n")
        return "\n".join([lines[0].rstrip(), *[(" " * column + x.strip()) if x.strip() else "" for x in lines[1:-1]],
                          " " * column])

    def column(self, offset: int) -> int:
        """Indentation of the line of an offset."""
        start = self.text.rfind("\n", 0, offset) + 1
        match = re.compile(r"[ \t]*").match(self.text, start)
        return len(match.group(0)) if match else 0

    @staticmethod
    def reindented(text: str, old: int, new: int) -> str:
        """Continuation lines moved from one indentation to another."""
        if old == new:
            return text
        lines = text.split("\n")
        moved = [lines[0]]
        for line in lines[1:]:
            if new < old:
                moved.append(line[old - new:] if line[:old - new].strip() == "" else line)
            else:
                moved.append(" " * (new - old) + line if line.strip() else line)
        return "\n".join(moved)

    @staticmethod
    def indented(text: str, column: int, blank: bool = False) -> str:
        """A generated statement at an indentation."""
        pad = " " * column
        out = "\n".join(pad + line if line.strip() else line for line in text.split("\n"))
        return "\n" + out if blank and text.startswith(("def ", "class ", "@")) else out

    # -- generation ---------------------------------------------------------------------------------------------------

    def _generate(self, node: Host) -> str:
        """Text of a node by `ast.unparse`, with placed children spliced in."""
        if node.kind == "Call" and node.span is not None and "\n" in self.text[node.span[0]:node.span[1]]:
            edited = edit_call(self, node)
            if edited is not None:
                return edited
        holes: dict[str, str] = {}
        tree = self._build(node, None, "", holes, root=True)
        text = ast.unparse(ast.fix_missing_locations(tree))
        for hole in reversed(holes):
            text = self._filled(text, hole, holes[hole])
        return text

    def _filled(self, text: str, hole: str, value: str) -> str:
        if "\n" not in value:
            return text.replace(hole, value)
        position = text.find(hole)
        if position < 0:
            return text
        line = text[text.rfind("\n", 0, position) + 1:position]
        pad = len(line) - len(line.lstrip()) if not line.strip() else 0
        return text.replace(hole, self.reindented(value, 0, pad))

    def _build(self, node: Any, parent: str | None, field: str, holes: dict[str, str], root: bool = False) -> Any:
        if isinstance(node, Host) and node.kind == "Paren":
            return self._build(node.fields["value"], parent, field, holes)
        if isinstance(node, Block):
            built = [self._build(s, parent, field, holes) for s in node.body if not _empty(s)]
            return [part for made in built for part in (made if isinstance(made, list) else [made])]
        if not isinstance(node, Host):
            raise TypeError(f"{type(node).__name__} node was not lowered")
        if not root and (node.span is not None and self.text and node.kind not in ("keyword", "Slice")
                         or node.kind == "JoinedStr"):
            text = self.emit(node)
            in_block = field in _BODIES and parent not in ("IfExp", "Lambda")
            if in_block and node.span is not None:
                text = self.reindented(text, self.column(node.span[0]), 0)
            if not in_block and (parent, field) != ("Subscript", "slice"):  # which may stand on several lines
                text = _standing(text)
            hole = self._hole(holes, self._guarded(parent or "", field, node, text, None))
            name = ast.Name(hole)
            return ast.Expr(name) if in_block and field != "decorator_list" else name
        if node.kind == "Constant" and isinstance(node.fields["value"], str) and parent not in ("JoinedStr", "Expr") \
                and not root:
            return ast.Name(self._hole(holes, quoted(node.fields["value"], self.quote)))
        return self._plain(node, holes)

    def _plain(self, node: Host, holes: dict[str, str]) -> Any:
        if node.role == "bracketed":
            node = Host("Call", {**node.fields, "args": [Host("List", {"elts": node.fields["args"]})]})
        cls = getattr(ast, node.kind)
        values: dict[str, Any] = {}
        for name in cls._fields:
            if name == "ctx":
                values[name] = ast.Load()
                continue
            value = node.fields.get(name, [] if name in ("type_ignores", "decorator_list", "type_params") else None)
            if name in ("op", "ops") and value and not isinstance(value, Node):
                value = getattr(ast, value)() if isinstance(value, str) else [getattr(ast, v)() for v in value]
            elif isinstance(value, Node):
                value = self._build(value, node.kind, name, holes)
            elif isinstance(value, list):
                flat: list[Any] = []
                for item in value:
                    made = self._build(item, node.kind, name, holes) if isinstance(item, Node) else item
                    flat += made if isinstance(made, list) else [made]
                value = flat or ([ast.Pass()] if name == "body" else [])
            values[name] = value
        return cls(**values)

    @staticmethod
    def _hole(holes: dict[str, str], text: str) -> str:
        hole = f"__hole_{len(holes)}__"
        holes[hole] = text
        return hole

    def _guarded(self, parent: str, field: str, child: Node, text: str, span: Span | None) -> str:
        """Parentheses around a child's text where its new place needs them."""
        kind = child.kind if isinstance(child, Host) else ""
        if kind == "Paren":
            inner = child.fields["value"]  # type: ignore[attr-defined]
            kind = inner.kind if isinstance(inner, Host) else ""
        if kind == "Tuple" and (parent, field) not in _BARE_TUPLE and not _parenthesised(text):
            return f"({text})"
        if kind == "Tuple" and span is not None and (parent, field) in _BARE_TUPLE and text.startswith("(") and \
                not self.text.startswith("(", span[0]) and len(child.fields["elts"]) > 1:  # type: ignore[attr-defined]
            return text[1:-1]
        if kind in _LOW and field in _TIGHT.get(parent, ()):
            if span is not None and self._enclosed(span):
                return text
            return f"({text})"
        if kind == "Constant" and parent == "Attribute" and text.isdigit():
            return f"({text})"
        return text

    def _enclosed(self, span: Span) -> bool:
        """True where the source has parentheses right around a span."""
        before, after = self.text[:span[0]].rstrip(), self.text[span[1]:].lstrip()
        return before.endswith("(") and after.startswith(")") and not re.search(r"[\w\])]\s*\($", before[-40:])


def _spaced(statements: list[str]) -> str:
    """A module's statements without a source text: two blank lines around definitions."""
    out: list[str] = []
    for text, before in zip(statements, ["", *statements], strict=False):
        if out:
            definition = any(t.lstrip().startswith(("def ", "class ", "@", "async def ")) for t in (text, before))
            docstring = len(out) == 1 and before.startswith(('"""', "'"))
            out.append("\n\n" if definition else "\n" if docstring else "")
        out.append(text + "\n")
    return "".join(out)


def _parenthesised(text: str) -> bool:
    """True for an expression's text that stands in parentheses as a whole."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.string.strip()]
    for number, token in enumerate(tokens):
        if token.type == tokenize.OP:
            depth += token.string in "([{"
            depth -= token.string in ")]}"
        if depth == 0:
            return number == len(tokens) - 1
    return False


def _standing(text: str) -> str:
    """An expression's text, in parentheses if its line breaks need them."""
    if "\n" in text:
        try:
            ast.parse(text, mode="eval")
        except SyntaxError:
            return f"({text})"
    return text


def comments(text: str) -> list[str]:
    """Comments in a piece of source text."""
    return list(_comments(text)) if "#" in text else []


@functools.lru_cache(maxsize=16)
def _comments(text: str) -> tuple[str, ...]:
    out = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                out.append(token.string)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass
    return tuple(out)


def quoted(value: str, quote: str) -> str:
    """A string literal in the file's quote style."""
    text = repr(value)
    if text[0] != quote and quote not in value and "\\" not in text and text[0] not in value:
        return quote + text[1:-1] + quote
    return text


def _empty(node: Any) -> bool:
    return isinstance(node, Block) and all(_empty(s) for s in node.body)


def _placed(node: Any) -> bool:
    """True for nodes that stand somewhere in the source."""
    return isinstance(node, Node) and any(n.span is not None for n in node.walk())
