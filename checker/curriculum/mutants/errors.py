"""Operators on exceptions, statuses and headers."""

import ast
import re
from collections.abc import Iterator

from checker.curriculum.mutants.source import Source, Splice, called

_STATUS = re.compile(r"HTTP_(\d{3})_\w+")
_OTHER_STATUS = {"200": "HTTP_201_CREATED", "201": "HTTP_200_OK", "204": "HTTP_200_OK"}
_OTHER_PHRASE = {"OK": "CREATED", "CREATED": "OK", "NO_CONTENT": "OK", "BAD_REQUEST": "CONFLICT"}


def caught_wider(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`except Exception` for anything narrower, `except BaseException` for that."""
    match node:
        case ast.ExceptHandler(type=ast.expr() as type_):
            wider = "BaseException" if called(type_) == "Exception" else "Exception"
            if called(type_) != "BaseException":
                yield source.replace(type_, wider)


def caught_other(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A handler of what is never raised."""
    match node:
        case ast.ExceptHandler(type=ast.expr() as type_):
            yield source.replace(type_, "ZeroDivisionError")


def raised_other(source: Source, node: ast.AST) -> Iterator[Splice]:
    """An exception of another class."""
    match node:
        case ast.Raise(exc=ast.Call(func=func)) if called(func) != "RuntimeError":
            yield source.replace(func, "RuntimeError")


def cause_gone(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`raise B` for `raise B from a`; `raise B from None` where the cause is meant to be seen."""
    match node:
        case ast.Raise(exc=ast.expr() as exc, cause=ast.expr() as cause):
            yield Splice(source.end(exc), source.end(cause), "")
            if not isinstance(cause, ast.Constant):
                yield source.replace(cause, "None")


def status(source: Source, node: ast.AST) -> Iterator[Splice]:
    """Another status."""
    match node:
        case ast.Attribute(value=value, attr=name) if found := _STATUS.fullmatch(name):
            other = _OTHER_STATUS.get(found[1], "HTTP_400_BAD_REQUEST")
            other = "HTTP_409_CONFLICT" if other == name else other
            yield source.replace(node, f"{source.text(value)}.{other}")
        case ast.Attribute(value=value, attr=name) if called(value) == "HTTPStatus":
            other = _OTHER_PHRASE.get(name, "BAD_REQUEST")
            yield source.replace(node, f"{source.text(value)}.{other}")


def header(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A header of another value."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=whole)], value=value):
            name = called(whole.func) if isinstance(whole, ast.Call) else called(whole)
            if name.lower().endswith("headers"):
                yield source.replace(value, '"x"')


OPERATORS = {
    "caught-other": caught_other,
    "caught-wider": caught_wider,
    "cause-gone": cause_gone,
    "header": header,
    "raised-other": raised_other,
    "status": status,
}
