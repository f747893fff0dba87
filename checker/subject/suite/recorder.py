"""What a run of the learner's tests is seen to do: a pytest plugin."""

import re
import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

LEAKS = re.compile(
    r"unclosed|never closed|deleted before being closed|garbage collector", re.IGNORECASE
)
MOST_LINES = 12
"""Lines of pytest's own words that a failure is shown with."""

_BESIDE = ("See: ", "See https://docs.pytest")
"""Beginnings of lines that follow the one with the error."""


class Recorder:
    """Writes down outcomes, warnings and broken modules.

    Runs the tests named in `only`, in that order; without any, all of them, `backwards` or not.
    Tests have the names that they had in another run, which collected those of `named`: a
    parameter's name may come from the clock, or from chance.
    """

    def __init__(
        self,
        root: Path,
        only: Sequence[str] = (),
        *,
        backwards: bool = False,
        named: Sequence[str] = (),
    ) -> None:
        self._root = root
        self._named = _by_function(named)
        self.collected: list[str] = []
        """Every test that was found, in the order of the files."""
        self._names: dict[str, str] = {}
        """By what pytest calls a test in this run, where that is another."""
        self._only = only
        self._backwards = backwards
        self.passed: list[str] = []
        self.failed: dict[str, dict[str, Any]] = {}
        self.seconds: dict[str, float] = defaultdict(float)
        self.broken: list[str] = []
        self.leaks: list[str] = []
        self.current = ""
        """The test that runs."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        ids = [item.nodeid for item in items]
        for function, found in _by_function(ids).items():
            before = self._named.get(function, [])
            if len(found) == len(before):
                self._names.update(zip(found, before, strict=True))
        self.collected = [self._name(id_) for id_ in ids]
        yield
        if self._only:
            self.choose(items, self._only)
        elif self._backwards:
            items.reverse()

    def choose(self, items: list[pytest.Item], only: Sequence[str]) -> None:
        """Leave the tests named in `only`, in that order."""
        place = {name: number for number, name in enumerate(only)}
        chosen = [item for item in items if self._name(item.nodeid) in place]
        items[:] = sorted(chosen, key=lambda item: place[self._name(item.nodeid)])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self.current = name = self._name(item.nodeid)
        began = time.monotonic()
        try:
            return (yield)
        finally:
            self.seconds[name] = time.monotonic() - began
            self.current = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(error_line(report.longreprtext))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = self._name(report.nodeid)
        if report.failed and name not in self.failed:
            self.failed[name] = {
                "error": error_line(report.longreprtext),
                **self._in_its_own_words(report.longrepr),
            }
            if name in self.passed:  # what failed is the teardown
                self.passed.remove(name)
        elif report.when == "call" and report.passed:
            self.passed.append(name)

    def pytest_warning_recorded(self, warning_message: Any) -> None:
        text = str(warning_message.message)
        if issubclass(warning_message.category, ResourceWarning) or LEAKS.search(text):
            self.leaks.append(text.splitlines()[0][:200])

    def _name(self, nodeid: str) -> str:
        return self._names.get(nodeid, nodeid)

    def _in_its_own_words(self, failure: Any) -> dict[str, Any]:
        """The lines of the test that failed, as pytest shows them, and where they stand."""
        entries = getattr(getattr(failure, "reprtraceback", None), "reprentries", [])
        own = [entry for entry in entries if self._own(entry)]
        if not own:
            return {"lines": [], "file": None, "line": None}
        lines: list[str] = []
        for number, text in enumerate(own[-1].lines):
            if text.startswith(">"):
                lines = own[-1].lines[number:]
                break
        if own[-1] is not entries[-1]:  # it was raised further inside
            lines = [*lines, *(text for text in entries[-1].lines if text.startswith("E"))]
        place = own[-1].reprfileloc
        return {
            "lines": [text[:200] for text in lines if text.strip()][:MOST_LINES],
            "file": self._own(own[-1]),
            "line": place.lineno,
        }

    def _own(self, entry: Any) -> str | None:
        """The file of the project's that an entry of a traceback is in, unless it is the app's."""
        place = getattr(entry, "reprfileloc", None)
        if place is None:
            return None
        path = (self._root / place.path).resolve()
        if not path.is_relative_to(self._root):
            return None
        file = path.relative_to(self._root).as_posix()
        return file if Path(file).name.startswith(("test", "conftest")) or "test" in file else None


def _by_function(names: Sequence[str]) -> dict[str, list[str]]:
    """The tests of each function, in their order: one for each set of its parameters."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[name.partition("[")[0]].append(name)
    return found


def error_line(text: str) -> str:
    """The line in which pytest names the error."""
    plain = [line.strip() for line in text.splitlines() if line.strip()]
    plain = [line for line in plain if not line.startswith(_BESIDE)]
    said = re.findall(r"(?:^E(?: .*)?\n?)+", text, re.MULTILINE)
    lines = [line[1:].strip() for line in said[-1].splitlines()] if said else plain[-1:]
    first = next(iter(lines), "")
    return (lines[-1] if first.startswith("File ") else first)[:300]  # File: a SyntaxError's place
