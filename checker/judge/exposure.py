"""Which tests a bug may meet: those that execute what it changes."""

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Lines = Mapping[str, Mapping[int, Sequence[str]]]
"""By file and line of the reference: the tests that execute it, `""` for the import."""


@dataclass(frozen=True)
class Exposure:
    """The tests that meet a bug. `within`: it is inside of functions that no import calls."""

    tests: frozenset[str]
    first: frozenset[str]
    """Those among them that execute what belongs to it, where what it changes is itself executed
    once for all: the body of a function whose decorator it changes."""
    within: bool


def exposure(old: Mapping[str, str], new: Mapping[str, str], lines: Lines) -> Exposure:
    """Who meets the change from the old files to those among the new that differ.

    What runs while modules are imported is met by every test that executes any line of the service.
    """
    tests: set[str] = set()
    first: set[str] = set()
    imported = False
    for file, text in new.items():
        executed = lines.get(file, {})
        tree = ast.parse(old[file])
        for number in changed_lines(old[file], text):
            statement, function = innermost(tree, number)
            met = {test for each in statement for test in executed.get(each, ())}
            tests |= met
            imported |= "" in met or function is None or number < function.body[0].lineno
            if function is not None:
                body = range(function.body[0].lineno, (function.end_lineno or 0) + 1)
                first |= {test for each in body for test in executed.get(each, ())}
    if imported:
        tests |= {test for by_line in lines.values() for met in by_line.values() for test in met}
    return Exposure(frozenset(tests - {""}), frozenset(first - {""}), within=not imported)


def changed_lines(old: str, new: str) -> Iterator[int]:
    """The old text's lines that differ; for what is put in between, the lines on both sides."""
    before = old.splitlines()
    matcher = difflib.SequenceMatcher(None, before, new.splitlines(), autojunk=False)
    for how, start, end, _, _ in matcher.get_opcodes():
        if how == "insert":
            yield from (max(start, 1), min(start + 1, len(before)))
        elif how != "equal":
            yield from range(start + 1, end + 1)


def innermost(
    tree: ast.Module, line: int
) -> tuple[range, ast.FunctionDef | ast.AsyncFunctionDef | None]:
    """The lines of the smallest statement that a line is part of, without a body of its own, and
    the outermost function that it is in."""
    function = None
    found = range(line, line + 1)
    scope: list[ast.AST] = [tree]
    while scope:
        scope = [
            node
            for outer in scope
            for node in ast.iter_child_nodes(outer)
            if isinstance(node, ast.match_case)
            or (not isinstance(node, ast.expr) and _first(node) <= line <= _last(node))
        ]
        for node in scope:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and function is None:
                function = node
            if isinstance(node, ast.stmt | ast.ExceptHandler):
                body = getattr(node, "body", None)
                found = range(_first(node), body[0].lineno if body else _last(node) + 1)
    return found, function


def _first(node: ast.AST) -> int:
    decorators = getattr(node, "decorator_list", None)
    line: int = decorators[0].lineno if decorators else getattr(node, "lineno", 0)
    return line


def _last(node: ast.AST) -> int:
    return getattr(node, "end_lineno", None) or 0
