"""A Python file as the operators see it: its tree, and the text behind each node."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Position = ast.expr | ast.stmt | ast.keyword | ast.excepthandler

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NAMING = frozenset({"ContextVar", "NewType", "ParamSpec", "TypeVar", "getLogger"})
"""Calls whose arguments only name what they make."""


@dataclass(frozen=True)
class Splice:
    """A stretch of the source, in bytes, and the text to put in its place."""

    start: int
    end: int
    text: str


class Source:
    """One file. Raises SyntaxError where it is no Python."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.data = text.encode()
        self.tree = ast.parse(text)
        self._starts = [0]
        for line in self.data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def start(self, node: Position) -> int:
        """Where a node's text begins; a definition's with its first decorator."""
        if isinstance(node, SCOPES) and node.decorator_list:
            return self.start(node.decorator_list[0]) - len("@")
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: Position) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: Position) -> str:
        return self.data[self.start(node) : self.end(node)].decode()

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self._parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What stands around a node, from the inside."""
        while (outer := self._parents.get(node)) is not None:
            yield outer
            node = outer

    def function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The innermost function around a node."""
        return next((each for each in self.around(node) if isinstance(each, FUNCTIONS)), None)

    def where(self, node: ast.AST) -> str:
        """The dotted name of what is defined around a node; a definition's own where it is one."""
        path = [node, *self.around(node)]
        return ".".join(each.name for each in reversed(path) if isinstance(each, SCOPES))

    def replace(self, node: Position, text: str) -> Splice:
        return Splice(self.start(node), self.end(node), text)

    def without(self, part: Position, among: Sequence[Position]) -> Splice:
        """One of several parts gone, with the comma that belongs to it."""
        at = among.index(part)
        if at + 1 < len(among):
            return Splice(self.start(part), self.start(among[at + 1]), "")
        begin = self.end(among[at - 1]) if at else self.start(part)
        rest = self.data[self.end(part) :]
        comma = len(rest) - len(rest.lstrip()) + 1 if rest.lstrip().startswith(b",") else 0
        return Splice(begin, self.end(part) + (comma if not at else 0), "")

    def apply(self, splice: Splice) -> str:
        return (self.data[: splice.start] + splice.text.encode() + self.data[splice.end :]).decode()

    def line(self, splice: Splice) -> tuple[int, str, str]:
        """The first line that a splice touches, and all of those before and after it, as one."""
        number = self.data.count(b"\n", 0, splice.start) + 1
        begin = self._starts[number - 1]
        end = self.data.find(b"\n", splice.end)
        end = len(self.data) if end < 0 else end
        before = self.data[begin:end].decode()
        head, tail = self.data[begin : splice.start], self.data[splice.end : end]
        after = head.decode() + splice.text + tail.decode()
        return number, " ".join(before.split()), " ".join(after.split())


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that is worth a change, outer ones first.

    Left out are docstrings, imports, `__all__`, what only names or types something, and the insides
    of f-strings.
    """
    if _is_left_out(tree):
        return
    yield tree
    if isinstance(tree, ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    for name, value in ast.iter_fields(tree):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if name in {"annotation", "returns"}:
                yield from _annotation(child)
            elif not (name == "bases" or isinstance(child, ast.expr_context)):
                yield from nodes(child)


def _annotation(tree: ast.AST) -> Iterator[ast.AST]:
    """Of an annotation, what is read at run time: the metadata of `Annotated`, and `Literal`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and called(node.value) in {"Annotated", "Literal"}:
            yield node
            if called(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
                for each in node.slice.elts[1:]:
                    yield from nodes(each)


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call(func=func):
            return called(func) in _NAMING
        case ast.ImportFrom(module="__future__"):
            return True
        case _:
            return False


def called(node: ast.AST | None) -> str:
    """The last name of a dotted name: `relationship` for `orm.relationship`. Else empty."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def literal(value: object) -> str:
    """A constant as source, with double quotes where they do."""
    text = repr(value)
    if isinstance(value, str) and text.startswith("'") and '"' not in value:
        return f'"{text[1:-1]}"'
    return text
