"""Where a submission's source reaches into the interpreter, or into the checker.

Its own interpreter says what `told` evidence is, and source that reaches there can have it say
anything. The look is one of a few names, which nobody needs for what the lessons ask: it is told to
an instructor, decides nothing, and does not find who hides. The source is parsed in a process of
its own, with little memory and time, and nothing of it runs.
"""

import json
import subprocess
import sys
from pathlib import Path

from checker.judge.reach import look
from checker.report import Location, Reach
from checker.report.printable import printable

MOST = 20
"""Places that are told of one submission."""
_PATIENCE = 120.0
"""Seconds; the processor time of the look has a limit of its own."""


def reaches(project: Path) -> tuple[Reach, ...]:
    """The first places, by file and line. A file that cannot be looked at is one of them."""
    argv = [sys.executable, "-I", "-S", "-B", "-X", "utf8", look.__file__, str(project), str(MOST)]
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
        printed, ended = done.stdout, done.returncode == 0
    except subprocess.TimeoutExpired as late:
        printed, ended = late.stdout or b"", False
    found: list[Reach] = []
    file = "."
    for line in printed.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        told = json.loads(line)
        file = told["file"]
        if "what" in told:
            found.append(_reach(told["what"], file, told["line"]))
    return tuple(found if ended else [*found, _reach(look.UNREAD, file, 1)])


def _reach(what: str, file: str, line: int) -> Reach:
    return Reach(
        what=printable(what, most=80, lines=1),
        location=Location(file=printable(file, most=200, lines=1), line=line),
    )
