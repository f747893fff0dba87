"""Which test executes which statement of the service.

What a fixture of more than one test executes counts for every test that uses it; what runs while
the tests are imported is nobody's, under the empty context.

The service is compiled with a note in front of each statement, and nothing else is. A tracer such
as coverage.py's is told of every call in every library, and has to follow greenlets, in which
SQLAlchemy runs: a suite takes three times as long under it.
"""

import ast
import builtins
from collections import defaultdict
from collections.abc import Generator, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

Lines = dict[str, dict[int, list[str]]]
"""By file and line: the tests that execute it, `""` for the import."""
NOTE = "__checker_met__"
"""The builtin that is called in front of a statement."""


class Coverage:
    """A pytest plugin. Notes what is imported from when it is made, in this process, for good."""

    def __init__(self, root: Path, folders: Sequence[str]) -> None:
        self._root = root
        self._folders = tuple(f"{root}/{folder}/" for folder in folders)
        self._users: dict[str, list[str]] = {}
        """By the context of a shared fixture: the tests that use it."""
        self._context = ""
        self._places: list[tuple[str, set[int]]] = []
        """File and lines of each statement that has a note."""
        self._met: dict[str, set[int]] = defaultdict(set)
        """By context: the places that were executed."""
        self._now = self._met[""]
        setattr(builtins, NOTE, self._note)
        compiled = SourceFileLoader.get_code

        def get_code(loader: Any, name: str) -> CodeType | None:
            path = str(Path(loader.get_filename(name)).resolve())
            if not path.startswith(self._folders):
                return compiled(loader, name)
            return self._compiled(path, loader.get_data(path))

        SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._switch(item.nodeid)
        try:
            return (yield)
        finally:
            self._switch("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        before = self._context
        if fixturedef.scope != "function":
            context = f"{fixturedef.baseid}::{fixturedef.argname}::{len(self._users)}"
            self._users[context] = [before, *_users(fixturedef, request.session.items)]
            self._switch(context)
        try:
            return (yield)
        finally:
            self._switch(before)

    def lines(self) -> Lines:
        """What was executed, by files relative to the project."""
        tests: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for context, met in self._met.items():
            for path, lines in (self._places[place] for place in met):
                file = Path(path).relative_to(self._root).as_posix()
                for line in lines:
                    tests[file][line].update(self._users.get(context, [context]))
        return {
            file: {line: sorted(names) for line, names in lines.items()}
            for file, lines in tests.items()
        }

    def _note(self, place: int) -> None:
        self._now.add(place)

    def _compiled(self, path: str, source: bytes) -> CodeType:
        tree = ast.parse(source, path)
        for node in list(ast.walk(tree)):
            for field in ("body", "orelse", "finalbody"):
                block = getattr(node, field, None)
                if isinstance(block, list):
                    setattr(
                        node, field, [each for stmt in block for each in self._noted(path, stmt)]
                    )
            if isinstance(node, ast.Lambda):  # a note is None
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                note = self._call(path, set(lines), node.body)
                node.body = ast.copy_location(ast.BoolOp(ast.Or(), [note, node.body]), node.body)
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)

    def _noted(self, path: str, statement: ast.stmt) -> list[ast.stmt]:
        first = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if first or _is_text(statement):
            return [statement]
        note = self._call(path, _head(statement), statement)
        return [ast.copy_location(ast.Expr(note), statement), statement]

    def _call(self, path: str, lines: set[int], where: ast.AST) -> ast.Call:
        self._places.append((path, lines))
        number = ast.Constant(len(self._places) - 1)
        return ast.copy_location(ast.Call(ast.Name(NOTE, ast.Load()), [number], []), where)

    def _switch(self, context: str) -> None:
        self._context = context
        self._now = self._met[context]


def _is_text(statement: ast.stmt) -> bool:
    """A docstring, which has to stay the first statement."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _head(statement: ast.stmt) -> set[int]:
    """The lines of a statement without those of the statements in it."""
    inside = (node for node in ast.walk(statement) if isinstance(node, ast.stmt))
    next(inside)
    others = {line for node in inside for line in _span(node)}
    return {statement.lineno} | (set(_span(statement)) - others)


def _span(node: ast.stmt) -> range:
    decorators = getattr(node, "decorator_list", ())
    first = min(each.lineno for each in (node, *decorators))
    return range(first, (node.end_lineno or first) + 1)


def _users(fixturedef: pytest.FixtureDef[Any], items: Sequence[pytest.Item]) -> list[str]:
    found = []
    for item in items:
        info = getattr(item, "_fixtureinfo", None)
        used = info.name2fixturedefs.values() if info else ()
        if any(fixturedef in definitions for definitions in used):
            found.append(item.nodeid)
    return found
