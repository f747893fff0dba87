"""Where commands print to: plain where it is piped, in colour on a terminal unless NO_COLOR."""

import os
import sys
from typing import TextIO

from rich.console import Console


def console(file: TextIO | None = None, *, stderr: bool = False) -> Console:
    """A console that takes text as it is: no markup, no emoji codes, no guessed highlights."""
    return Console(file=file, stderr=stderr, markup=False, emoji=False, highlight=False)


def has_screen() -> bool:
    """Whether there is a terminal that can be drawn on, and somebody at its keys."""
    can_draw = os.name == "nt" or os.environ.get("TERM", "dumb") != "dumb"
    return can_draw and sys.stdin.isatty() and sys.stdout.isatty()


def at_terminal() -> bool:
    """Whether somebody sits there to answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()
