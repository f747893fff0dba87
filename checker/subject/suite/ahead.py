"""What pytest does at each start anew, done once for all forks that start it.

It looks through every installed package for plugins, imports them and lists their files, and
imports more of itself and of asyncio with the first test. A third of a small suite's time is that.
"""

import contextlib
import importlib
import importlib.metadata
import io
import os
from pathlib import Path
from typing import Any

_TESTS = """
import pytest


@pytest.fixture
async def thing(tmp_path, monkeypatch):
    yield 1


async def test_thing(thing):
    with pytest.raises(AssertionError):
        assert thing == 2, "one"
"""


class _Plugin:
    """A distribution as pytest sees it, with its entry points read and without its files."""

    files = ()

    def __init__(self, distribution: importlib.metadata.Distribution) -> None:
        self._distribution = distribution
        self.entry_points = distribution.entry_points

    def __getattr__(self, name: str) -> Any:
        return getattr(self._distribution, name)


def remember_plugins() -> None:
    """Look for pytest's plugins now, and in this process and its forks never again."""
    every = importlib.metadata.distributions
    if hasattr(every, "plugins"):
        return
    plugins = [
        _Plugin(each)
        for each in every()
        if any(point.group == "pytest11" for point in each.entry_points)
    ]

    def distributions(**context: Any) -> Any:
        return every(**context) if context else iter(plugins)

    distributions.plugins = plugins  # type: ignore[attr-defined]
    importlib.metadata.distributions = distributions


def run_once(folder: Path) -> None:
    """Run one test in an empty folder, for what is imported on the way."""
    pytest = importlib.import_module("pytest")  # a library of the subject's, as in every preload
    (folder / "test_thing.py").write_text(_TESTS, encoding="utf-8")
    options = ["-q", "-c", os.devnull, "--rootdir", str(folder), "--import-mode=importlib"]
    options += ["-o", "asyncio_mode=auto", "-p", "no:cacheprovider", "-p", "no:randomly"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main([*options, str(folder)])
