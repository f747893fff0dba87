"""Runs the learner's test suite in this process and tells what became of it."""

import contextlib
import gc
import io
import re
import sys
import warnings
from pathlib import Path

LEAKS = re.compile(
    r"unclosed|never closed|deleted before being closed|garbage collector", re.IGNORECASE
)

BESIDE = ("See: ", "See https://docs.pytest")
"""Beginnings of lines that follow the one with the error."""


class Recorder:
    """A pytest plugin that writes down outcomes, warnings and broken modules.

    Tests with one of the words `near` in their ids run first, in the order of the words.
    """

    def __init__(self, near):
        self._near = near
        self.tests = {}
        self.broken = []
        self.leaks = []

    def pytest_collection_modifyitems(self, items):
        def distance(item):
            name = item.nodeid.lower()
            words = (place for place, word in enumerate(self._near) if word in name)
            return next(words, len(self._near))

        items.sort(key=distance)

    def pytest_collectreport(self, report):
        if report.failed:
            self.broken.append(_told(report.longreprtext))

    def pytest_runtest_logreport(self, report):
        bad = report.outcome == "failed"
        if bad or report.when == "call":
            message = _told(report.longreprtext) if bad else ""
            if self.tests.get(report.nodeid, ("passed",))[0] != "failed":
                self.tests[report.nodeid] = (report.outcome, message)

    def pytest_warning_recorded(self, warning_message):
        text = str(warning_message.message)
        if issubclass(warning_message.category, ResourceWarning) or LEAKS.search(text):
            self.leaks.append(text.splitlines()[0][:200])


def _told(text):
    """The line in which pytest names the error."""
    plain = [line.strip() for line in text.splitlines() if line.strip()]
    plain = [line for line in plain if not line.startswith(BESIDE)]
    said = re.findall(r"(?:^E(?: .*)?\n?)+", text, re.MULTILINE)
    lines = [line[1:].strip() for line in said[-1].splitlines()] if said else plain[-1:]
    first = next(iter(lines), "")
    return (lines[-1] if first.startswith("File ") else first)[:300]  # File: a SyntaxError's place


def suite(first_failure=False, seed=None, near=()):
    """Run `tests/` once: outcomes, what is left behind, databases used."""
    import pytest
    from sqlalchemy import Engine, event

    databases = set()

    @event.listens_for(Engine, "do_connect")
    def note(dialect, record, arguments, options):
        databases.add(str(options.get("database") or (arguments[0] if arguments else "")))

    recorder = Recorder(near)
    arguments = ["tests", "-p", "no:cacheprovider", "-p", "no:xdist", "-q"]
    arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # libraries imported ahead
    arguments += ["-x"] if first_failure else []
    arguments += ["--tb=native"] if near else []  # a bug is noticed: nobody reads how
    arguments += ["-p", "no:randomly"] if seed is None else [f"--randomly-seed={seed}"]
    before = _files()
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        try:
            status = pytest.main(arguments, plugins=[recorder])
        except pytest.PytestWarning as warning:  # at its very end, where warnings are errors
            status = pytest.ExitCode.TESTS_FAILED
            recorder.leaks.append(str(warning).splitlines()[0][:200])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not recorder.broken:
        recorder.broken.append(_told(told.getvalue()) or f"pytest ends with {status!r}")
    main = sys.modules.get("app.main")
    overrides = getattr(getattr(main, "app", None), "dependency_overrides", {})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    recorder.leaks += [
        str(each.message)[:200] for each in caught if LEAKS.search(str(each.message))
    ]
    return {
        "status": int(status),
        "passed": sorted(name for name, (how, _) in recorder.tests.items() if how == "passed"),
        "failed": {name: told for name, (how, told) in recorder.tests.items() if how == "failed"},
        "broken": recorder.broken,
        "leaks": recorder.leaks,
        "overrides": sorted(getattr(key, "__name__", str(key)) for key in overrides),
        "new_files": sorted(_files() - before),
        "databases": sorted(databases),
    }


def _files():
    skipped = {"__pycache__", ".pytest_cache"}
    return {
        path.as_posix()
        for path in Path().rglob("*")
        if path.is_file() and not skipped.intersection(path.parts)
    }
