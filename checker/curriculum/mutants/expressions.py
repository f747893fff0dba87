"""General operators on expressions."""

import ast
from collections.abc import Iterator

from checker.curriculum.mutants.fields import takes_a_word
from checker.curriculum.mutants.source import Position, Source, Splice, called, literal

_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_CALCULATED: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}


def await_removed(source: Source, node: ast.AST) -> Iterator[Splice]:
    if isinstance(node, ast.Await):
        yield source.replace(node, source.text(node.value))


def comparison(source: Source, node: ast.AST) -> Iterator[Splice]:
    """Another comparison: the bound itself in or out, or the contrary."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            yield from _between(source, left, right, _COMPARED.get(type(op)))


def calculation(source: Source, node: ast.AST) -> Iterator[Splice]:
    """Another operator between two values."""
    if isinstance(node, ast.BinOp):
        yield from _between(source, node.left, node.right, _CALCULATED.get(type(node.op)))


def _between(source: Source, left: ast.expr, right: ast.expr, sign: str | None) -> Iterator[Splice]:
    """Another sign between two operands. None where a bracket stands beside the old one."""
    start, end = source.end(left), source.start(right)
    if sign and not set(b"()") & set(source.data[start:end]):
        yield Splice(start, end, f" {sign} ")


def condition(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A condition that always holds, or never; one of several gone; `or` for `and`; `not` gone."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            yield source.replace(test, "True")
            yield source.replace(test, "False")
        case ast.While(test=test):
            yield source.replace(test, "False")
        case ast.BoolOp(op=op, values=values):
            word = "or" if isinstance(op, ast.And) else "and"
            texts = [source.text(value) for value in values]
            yield source.replace(node, f" {word} ".join(texts))
            for at in range(len(texts)):
                rest = f" {'and' if word == 'or' else 'or'} ".join(texts[:at] + texts[at + 1 :])
                yield source.replace(node, rest)
        case ast.comprehension(ifs=[*tests]):
            yield from (source.replace(test, "True") for test in tests)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield source.replace(node, source.text(operand))


def constant(source: Source, node: ast.AST) -> Iterator[Splice]:
    """Another constant: one more and one less, the contrary, a longer text."""
    if not isinstance(node, ast.Constant):
        return
    match node.value:
        case bool(value):
            yield source.replace(node, str(not value))
        case int(value) | float(value):
            yield source.replace(node, repr(value + 1))
            if value > 0:
                yield source.replace(node, repr(value - 1))
        case str(value) if not takes_a_word(source.parent(node)) and not _is_prose(
            source, node, value
        ):
            yield source.replace(node, literal(value + "x"))


def _is_prose(source: Source, node: ast.Constant, value: str) -> bool:
    """Whether a text is only read by people, and so may be worded in any way."""
    if " " in value and value.endswith("."):
        return True
    for outer in source.around(node):
        match outer:
            case ast.Raise():
                return " " in value
            case ast.Call(func=ast.Attribute(value=logger)) if "log" in called(logger).lower():
                return node in outer.args[:1]
            case ast.stmt():
                return False
    return False


def text_part(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A value gone from an f-string, save where it only words an error."""
    if not isinstance(node, ast.JoinedStr):
        return
    if any(isinstance(outer, ast.Raise) for outer in source.around(node)):
        return
    for at, part in enumerate(node.values):
        if isinstance(part, ast.FormattedValue):
            rest = ast.JoinedStr(node.values[:at] + node.values[at + 1 :])
            yield source.replace(node, ast.unparse(rest))


def element(source: Source, node: ast.AST) -> Iterator[Splice]:
    """One element less in a list, a tuple, a set or a dictionary."""
    match node:
        case ast.List(elts=parts, ctx=ast.Load()) | ast.Set(elts=parts):
            yield from (source.without(part, parts) for part in parts)
        case ast.Tuple(elts=parts, ctx=ast.Load()):
            if isinstance(source.parent(node), ast.Subscript):
                return
            for at in range(len(parts)):
                rest = [source.text(part) for part in parts[:at] + parts[at + 1 :]]
                yield source.replace(node, f"({', '.join(rest)}{',' if len(rest) == 1 else ''})")
        case ast.Dict(keys=keys, values=values):
            starts = [
                source.start(key) if key else source.start(value) - len("**")
                for key, value in zip(keys, values, strict=True)
            ]
            for at, key in enumerate(keys):
                if key is None:
                    continue
                if at + 1 < len(keys):
                    yield Splice(starts[at], starts[at + 1], "")
                else:
                    begin = source.end(values[at - 1]) if at else starts[at]
                    yield Splice(begin, source.end(values[at]), "")


def argument(source: Source, node: ast.AST) -> Iterator[Splice]:
    """A positional argument less, where it is made on the spot: a column, a condition."""
    if isinstance(node, ast.Call) and len(node.args) > 1:
        written: list[Position] = [*node.args, *node.keywords]
        parts = sorted(written, key=source.start)
        for part in node.args:
            if isinstance(part, ast.Call | ast.Compare | ast.BoolOp | ast.Starred):
                yield source.without(part, parts)


OPERATORS = {
    "argument": argument,
    "await": await_removed,
    "calculation": calculation,
    "comparison": comparison,
    "condition": condition,
    "constant": constant,
    "element": element,
    "text-part": text_part,
}
