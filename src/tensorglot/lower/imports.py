"""Import statements: what comes from the source framework goes."""

from __future__ import annotations

from typing import Any

from ..pivot.nodes import Block, Host, Node


def lowered_imports(lowerer: Any, node: Host) -> Node:
    """An import statement without what comes from the source framework."""
    context = lowerer.context
    kept = []
    for alias in node.fields["names"]:
        module = node.fields.get("module") if node.kind == "ImportFrom" else alias.fields["name"]
        foreign = _foreign(context, module or "") if not node.fields.get("level") else False
        if not foreign and not _handed_on(context, lowerer.file.imports, alias):
            kept.append(alias)
    if len(kept) == len(node.fields["names"]):
        return node
    lowerer.target.removed_import = True
    if not kept:
        return Block([], span=node.span, verbatim=False)
    return Host(node.kind, {**node.fields, "names": kept}, span=node.span, verbatim=False)


def _handed_on(context: Any, imports: dict[str, str], alias: Host) -> bool:
    """True for names that another module of the program imports from the source framework."""
    dotted = imports.get(alias.fields.get("asname") or alias.fields["name"], "")
    seen: set[str] = set()
    while dotted and dotted not in seen:
        seen.add(dotted)
        if _foreign(context, dotted):
            return True
        module, _, name = dotted.rpartition(".")
        file = context.program.files.get(module)
        dotted = file.imports.get(name, "") if file is not None else ""
    return False


def _foreign(context: Any, module: str) -> bool:
    if context.dialect is context.source_dialect:
        return False
    head = module.split(".")[0]
    if head in context.program.files or any(m.split(".")[0] == head for m in context.program.files):
        return False
    return head in context.source_dialect.PACKAGES and not (
        head in context.dialect.NAMESPACES and not module.startswith(f"{head}.layers"))


def fails(context: Any, statement: Node) -> bool:
    """True for imports of the source framework, and of packages that build on it, which the target does without."""
    if not isinstance(statement, Host) or statement.kind not in ("Import", "ImportFrom"):
        return False
    modules = [statement.fields["module"] or ""] if statement.kind == "ImportFrom" else \
        [alias.fields["name"] for alias in statement.fields["names"]]
    heads = {m.split(".")[0] for m in modules} if not statement.fields.get("level") else set()
    return any(_foreign(context, m) for m in modules if m) and not statement.fields.get("level") or \
        bool(heads & context.source_dialect.SATELLITES) and context.program.package not in heads


def succeeds(context: Any, statement: Node) -> bool:
    """True for imports of nothing but names of the source framework that the catalog has."""
    return isinstance(statement, Host) and statement.kind == "ImportFrom" and not statement.fields.get("level") and all(
        context.source_dialect.knows(f"{statement.fields['module']}.{a.fields['name']}") for a in statement.fields["names"])
