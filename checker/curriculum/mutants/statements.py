"""General operators on statements."""

import ast
from collections.abc import Iterator

from checker.curriculum.mutants.source import SCOPES, Source, Splice, called

_OTHERWISE = {
    "bool": ("True", "False"),
    "dict": ("{}",),
    "int": ("0",),
    "list": ("[]",),
    "Sequence": ("[]",),
    "str": ('""',),
}
"""What a function may give instead, by what it says that it gives."""


def statement(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A statement gone, where that is no error at once."""
    if isinstance(node, ast.stmt) and not _is_kept(node) and _may_go(source, node):
        yield source.replace(node, "pass")


def _is_kept(node: ast.stmt) -> bool:
    """Whether a statement does nothing, only narrows a type, or is changed in its parts."""
    match node:
        case ast.Pass() | ast.Global() | ast.ClassDef() | ast.If() | ast.Try():
            return True
        case ast.Assert(test=ast.Call(func=ast.Name(id="isinstance"))):
            return True
        case _:
            return False


def _may_go(source: Source, node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom():
            return source.file.endswith("__init__.py")
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return isinstance(source.parent(node), ast.ClassDef) or not _is_read(source, name)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            if isinstance(source.parent(node), ast.ClassDef):
                return True
            return _is_bound_elsewhere(source, node, name) or not _is_read(source, name)
        case ast.Return():
            function = source.function(node)
            return function is not None and function.body[-1] is not node
        case _:
            return True


def _is_read(source: Source, name: str) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load)
        for each in ast.walk(source.tree)
    )


def _is_bound_elsewhere(source: Source, node: ast.stmt, name: str) -> bool:
    """Whether a local name has a value even without this assignment."""
    function = source.function(node)
    if function is None:
        return False
    arguments = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    stores = [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Store)
    ]
    return name in arguments or len(stores) > 1


def returned(source: Source, node: ast.AST) -> Iterator[Splice]:
    """Another value given: none, the contrary, an empty one."""
    match node:
        case (
            ast.Return(value=ast.expr() as value)
            | ast.Expr(value=ast.Yield(value=ast.expr() as value))
        ):
            now = source.text(value)
            for other in ("None", *_OTHERWISE.get(_given(source, node), ())):
                if other != now:
                    yield source.replace(value, other)


def _given(source: Source, node: ast.AST) -> str:
    function = source.function(node)
    returns = function.returns if function else None
    return called(returns.value if isinstance(returns, ast.Subscript) else returns)


def decorator(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A decorator gone."""
    if isinstance(node, SCOPES):
        for each in node.decorator_list:
            yield Splice(source.start(each) - len("@"), source.end(each), "")


def loop_left(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`break` for `continue`, and the reverse."""
    match node:
        case ast.Break():
            yield source.replace(node, "continue")
        case ast.Continue():
            yield source.replace(node, "break")


OPERATORS = {
    "decorator": decorator,
    "loop-left": loop_left,
    "return": returned,
    "statement": statement,
}
