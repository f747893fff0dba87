"""Operators on what is declared: columns, relationships, schemas, parameters, settings."""

import ast
from collections.abc import Iterator

from checker.curriculum.mutants.source import FUNCTIONS, Position, Source, Splice, called, literal

_VALUES = {
    "extra": ("ignore", "allow", "forbid"),
    "lazy": ("select", "selectin", "joined"),
    "ondelete": ("SET NULL", "RESTRICT"),
}
"""Other values of keywords that take one of a few words."""

_RENAMED = {
    "exclude_unset": "exclude_none",
    "ge": "gt",
    "gt": "ge",
    "le": "lt",
    "lt": "le",
    "server_default": "default",
}
"""Keywords that are easily taken for one another."""

_CALLED_EACH_TIME = frozenset({"default", "default_factory", "insert_default", "onupdate"})


def keyword_dropped(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`mapped_column(unique=True)` without `unique`."""
    if isinstance(node, ast.Call):
        written: list[Position] = [*node.args, *node.keywords]
        parts = sorted(written, key=source.start)
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield source.without(keyword, parts)


def keyword_changed(source: Source, node: ast.AST) -> Iterator[Splice]:
    """Another word for `lazy` or `ondelete`, `gt` for `ge`, `default` for `server_default`."""
    if isinstance(node, ast.keyword) and node.arg is not None:
        value = source.text(node).partition("=")[2]
        if other := _RENAMED.get(node.arg):
            yield source.replace(node, f"{other}={value}")
        if takes_a_word(node):
            assert isinstance(node.value, ast.Constant)
            for word in _VALUES[node.arg]:
                if word != node.value.value:
                    yield source.replace(node.value, literal(word))


def takes_a_word(node: ast.AST | None) -> bool:
    """Whether a keyword's value is one of a few words, so that any other is an error at once."""
    return (
        isinstance(node, ast.keyword)
        and node.arg in _VALUES
        and isinstance(node.value, ast.Constant)
    )


def default_once(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`default=now()` for `default=now`: evaluated when the class is made, and never again."""
    if not isinstance(node, ast.keyword) or node.arg not in _CALLED_EACH_TIME:
        return
    name = "default" if node.arg == "default_factory" else node.arg
    match node.value:
        case ast.Lambda(body=body):
            yield source.replace(node, f"{name}={source.text(body)}")
        case (ast.Name() | ast.Attribute()) as value if called(value).islower():
            yield source.replace(node, f"{name}={source.text(value)}()")


def optional_column(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`Mapped[str | None]` for `Mapped[str]`, and the reverse."""
    match node:
        case ast.AnnAssign(
            annotation=ast.Subscript(value=mapped, slice=inner), value=ast.Call() as made
        ) if called(mapped) == "Mapped" and called(made.func) != "relationship":
            match inner:
                case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
                    yield source.replace(inner, source.text(left))
                case _ if all(each.arg != "primary_key" for each in made.keywords):
                    yield source.replace(inner, f"{source.text(inner)} | None")


def metadata_dropped(source: Source, node: ast.AST) -> Iterator[Splice]:
    """`Annotated[str, Strip()]` without `Strip()`, `Literal["a", "b"]` without one of them."""
    match node:
        case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)):
            match called(value):
                case "Annotated" if len(parts) == 2:
                    yield source.replace(node, source.text(parts[0]))
                case "Annotated":
                    yield from (source.without(part, parts) for part in parts[1:])
                case "Literal":
                    yield from (source.without(part, parts) for part in parts)


def extra_field(source: Source, node: ast.AST) -> Iterator[Splice]:
    """One field more in a schema, or in an object that a function makes."""
    match node:
        case ast.ClassDef(bases=[_, *_], body=body):
            bare = [each for each in body if isinstance(each, ast.AnnAssign) and not each.value]
            bare = [each for each in bare if not _is_about_the_class(each.annotation)]
            if bare:
                at = source.end(bare[-1])
                yield Splice(at, at, f'\n{" " * bare[-1].col_offset}extra: str = "extra"')
        case ast.Dict(keys=[_, *_] as keys, values=values):
            named = [key for key in keys if isinstance(key, ast.Constant) and key.value]
            if len(named) > 1 and any(isinstance(each, FUNCTIONS) for each in source.around(node)):
                at = source.end(values[-1])
                yield Splice(at, at, ', "extra": "extra"')


def _is_about_the_class(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Subscript) and called(annotation.value) in {
        "ClassVar",
        "type",
    }


OPERATORS = {
    "default-once": default_once,
    "extra-field": extra_field,
    "keyword-changed": keyword_changed,
    "keyword-dropped": keyword_dropped,
    "metadata-dropped": metadata_dropped,
    "optional-column": optional_column,
}
