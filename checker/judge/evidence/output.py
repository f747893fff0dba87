"""What a served app has printed, looked through for the exception behind a 500, and for what
belongs to a failure.
"""

import os
import re
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from checker.judge.evidence.project import shorten
from checker.subject.printed import last_printed

_BEGINNING = "Traceback (most recent call last):\n"
_PLACE = re.compile(r'^\s+File "(.+)", line (\d+), in ', re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_MOST = 64 * 1024
_WAIT = 0.3
"""Seconds: the server tells of an exception just after it has answered."""


@dataclass(frozen=True)
class _Asked:
    """Something that the server was asked, and how much it had printed before."""

    since: int
    refused: weakref.ref[httpx.Request] | None = None
    """The request, where it was answered with an error."""


class Output:
    """A server's output file, which the submission's code writes and may do anything to."""

    def __init__(self, file: Path, root: Path) -> None:
        self._file = file
        self._root = root
        self._asked: list[_Asked] = []

    def length(self) -> int:
        """How much has been printed, in bytes."""
        try:
            return self._file.lstat().st_size
        except OSError:
            return 0

    def asked(self) -> int:
        """Note that the server is asked something. How much it has printed until now, in bytes."""
        self._asked.append(_Asked(self.length()))
        return self._asked[-1].since

    def refused(self, request: httpx.Request) -> None:
        """Note that what it was asked last is that request, and was answered with an error."""
        self._asked[-1] = _Asked(self._asked[-1].since, weakref.ref(request))

    def of(self, request: httpx.Request | None, most: int) -> str:
        """The last of what was printed, but not what came with errors to other requests than this:
        whoever has gone on after such an answer has wanted it."""
        pieces = (
            last_printed(self._file, most, since=since, until=until)
            for since, until in self._parts(request)
            if until is None or until > since
        )
        return "".join(pieces)[-most:]

    def _parts(self, request: httpx.Request | None) -> Iterator[tuple[int, int | None]]:
        """From where to where that was printed."""
        begin: int | None = 0
        for each in self._asked:
            found = each.refused() if each.refused else request
            if begin is None and found is request:
                begin = each.since
            elif begin is not None and found is not request:
                yield begin, each.since
                begin = None
        if begin is not None:
            yield begin, None

    def raised(self, since: int) -> str:
        """The last exception whose traceback was printed after the first `since` bytes, and where
        in the project it came from. Empty where there is none within a moment."""
        end = time.monotonic() + _WAIT
        while True:
            printed = last_printed(self._file, _MOST, since=since)
            found = last_exception(printed, self._root)
            if found or time.monotonic() > end:
                return found
            time.sleep(0.005)


def last_exception(text: str, root: Path) -> str:
    """The exception at the end of a text's last whole traceback: `KeyError: 'a' at app/b.py:3`."""
    _, _, trace = text.rpartition(_BEGINNING)
    lines = trace.splitlines()
    end = next((number for number, line in enumerate(lines) if line[:1].strip()), None)
    if end is None or not trace.endswith("\n"):
        return ""
    name, _, told = lines[end].partition(": ")
    if not _NAME.fullmatch(name):
        return ""
    if "validation error" in told:  # pydantic's next two lines say of what
        told = "\n".join([told, *lines[end + 1 : end + 3]])
    prefix = f"{root}{os.sep}"
    own = [(file, line) for file, line in _PLACE.findall(trace) if file.startswith(prefix)]
    said = shorten(f"{name.rpartition('.')[2]}: {' '.join(told.split())}", 200).rstrip(": ")
    return f"{said} at {own[-1][0].removeprefix(prefix)}:{own[-1][1]}" if own else said
