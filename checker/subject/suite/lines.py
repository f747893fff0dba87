"""Which test executes which line of the service: coverage.py, with a context for each test.

What a fixture of more than one test executes counts for every test that uses it; what runs while
the tests are imported is nobody's, under the empty context.
"""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

Lines = dict[str, dict[int, list[str]]]
"""By file and line: the tests that execute it, `""` for the import."""


class Coverage:
    """A pytest plugin. Measures from when it is made until its session ends."""

    def __init__(self, root: Path, folders: Sequence[str]) -> None:
        import coverage

        self._root = root
        self._users: dict[str, list[str]] = {}
        """By the context of a shared fixture: the tests that use it."""
        self._context = ""
        self._coverage = coverage.Coverage(
            data_file=None,
            config_file=False,
            include=[f"{root}/{folder}/*" for folder in folders],
            concurrency=["thread", "greenlet"],
        )
        self._coverage.set_option("run:core", "ctrace")  # sys.monitoring has no contexts
        self._coverage.start()

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

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()

    def lines(self) -> Lines:
        """What was executed, by files relative to the project."""
        data = self._coverage.get_data()
        found: Lines = {}
        for path in data.measured_files():
            file = Path(path).relative_to(self._root).as_posix()
            found[file] = {
                line: sorted({test for each in contexts for test in self._users.get(each, [each])})
                for line, contexts in data.contexts_by_lineno(path).items()
            }
        return found

    def _switch(self, context: str) -> None:
        if context != self._context:
            self._context = context
            self._coverage.switch_context(context)


def _users(fixturedef: pytest.FixtureDef[Any], items: Sequence[pytest.Item]) -> list[str]:
    found = []
    for item in items:
        info = getattr(item, "_fixtureinfo", None)
        used = info.name2fixturedefs.values() if info else ()
        if any(fixturedef in definitions for definitions in used):
            found.append(item.nodeid)
    return found
