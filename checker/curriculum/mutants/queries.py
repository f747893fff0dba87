"""Operators on queries, sessions and migrations."""

import ast
from collections.abc import Iterator

from checker.curriculum.mutants.source import Source, Splice, called

_STEPS = frozenset(
    {
        *("where", "filter", "filter_by", "having", "order_by", "group_by", "distinct"),
        *("limit", "offset", "join", "outerjoin", "options", "with_for_update"),
        *("execution_options", "returning", "select_from", "unique"),
        *("lower", "upper", "casefold", "strip", "lstrip", "rstrip", "astimezone"),
    }
)
"""Methods that give what they are called on, changed: of queries, texts and times."""

_CONDITIONS = frozenset({"and_", "exists", "filter", "having", "not_", "one", "or_", "where"})
"""Calls whose arguments are conditions on rows."""


def step_gone(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`select(Row)` for `select(Row).where(...)`."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _STEPS:
            yield Splice(source.end(value), source.end(node), "")


def direction(source: Source, node: ast.AST) -> Iterator[Splice]:
    """The other way round."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="asc" | "desc" as name), args=[]):
            other = "asc" if name == "desc" else "desc"
            yield Splice(source.end(value), source.end(node), f".{other}()")


def like(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`Row.name.like(name)` for `Row.name == name`, and the one that takes capitals for small."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if _is_of_rows(
            source, node
        ):
            for method in ("like", "ilike"):
                yield source.replace(node, f"{source.text(left)}.{method}({source.text(right)})")


def _is_of_rows(source: Source, node: ast.Compare) -> bool:
    match node.left:
        case ast.Attribute(value=ast.Name(id=name)) if name[:1].isupper():
            return True
        case _:
            outer = source.parent(node)
            return isinstance(outer, ast.Call) and called(outer.func).lstrip("_") in _CONDITIONS


def any_for_all(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`or_` for `and_`, and the reverse."""
    match node:
        case ast.Call(func=func) if called(func) in {"and_", "or_"}:
            other = "or_" if called(func) == "and_" else "and_"
            yield Splice(source.end(func) - len(called(func)), source.end(func), other)


def transaction(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`flush`, `commit` or `rollback` gone, or one taken for the other."""
    match node:
        case ast.Expr(value=ast.Await(value=ast.Call() as call) | (ast.Call() as call)):
            name = called(call.func)
            if name in {"flush", "commit", "rollback"}:
                yield source.replace(node, "pass")
            if other := {"flush": "commit", "commit": "flush"}.get(name):
                yield Splice(source.end(call.func) - len(name), source.end(call.func), other)


def downgrade_step(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A step left out of a revision's `downgrade`."""
    if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass):
        function = source.function(node)
        if function is not None and function.name == "downgrade":
            yield source.replace(node, "pass")


OPERATORS = {
    "any-for-all": any_for_all,
    "direction": direction,
    "downgrade-step": downgrade_step,
    "like": like,
    "step-gone": step_gone,
    "transaction": transaction,
}
