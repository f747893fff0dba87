"""The levels of isolation there are, strongest first, by the name that reports give them."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checker.subject.forkserver import ISOLATED
from checker.subject.isolation import Isolation
from checker.subject.limited import Limited
from checker.subject.namespaces import Namespaces
from checker.subject.process import Process


@dataclass(frozen=True)
class Level:
    """One level, for whoever chooses."""

    name: str
    is_safe: bool
    """Whether code of people who are not to be trusted may be graded at it."""
    words: str
    """What it keeps apart and what not, in a sentence or two."""


_CLASSES: tuple[type[Isolation], ...] = (Namespaces, Limited, Process)

PLAIN = Process.name
"""The level of a learner's own code."""
LEVELS: Mapping[str, Callable[[Sequence[str]], Isolation]] = {each.name: each for each in _CLASSES}


def isolate(preload: Sequence[str] = (), level: str = PLAIN) -> Isolation:
    """That level, whose hosts have imported `preload` where they can. Raises KeyError."""
    return LEVELS[level](preload)


def levels() -> tuple[Level, ...]:
    """Those there are, strongest first."""
    return tuple(Level(each.name, each.is_safe, each.words) for each in _CLASSES)


def reached() -> Level:
    """The strongest one that can be had on this machine, by this user: it is tried, which takes
    some tenths of a second."""
    return next(level for level in levels() if not obstacle(level.name))


@cache
def obstacle(level: str) -> str:
    """What stands in a level's way here, as a clause; empty where nothing does. Raises KeyError.

    One that claims anything is tried, once in each process, which takes a second.
    """
    if level == PLAIN:
        return ""
    if sys.platform != "linux":
        return "it takes Linux"
    command = [sys.executable, *ISOLATED, "-m", "checker.subject", "trial", level]
    try:
        with tempfile.TemporaryDirectory(prefix="checker-trial-") as folder:
            tried = subprocess.run(
                [*command, str(Path(folder).resolve()), "-1"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120.0,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return "it hangs"
    lines = tried.stderr.strip().splitlines()
    return "" if tried.returncode == 0 else (lines[-1] if lines else "it ended without a word")
