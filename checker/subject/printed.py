"""What the submission has printed, in a file that its code may do anything to."""

import os
from pathlib import Path

_PLAIN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def last_printed(file: Path, most: int, *, since: int = 0, until: int | None = None) -> str:
    """The last `most` bytes that stand after the first `since`, and in the first `until`, as text.

    Empty where the file is gone or no file any more.
    """
    try:
        with os.fdopen(os.open(file, _PLAIN), "rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            end = size if until is None else min(size, until)
            begin = stream.seek(max(since, end - most))
            return stream.read(max(0, end - begin)).decode("utf-8", errors="replace")
    except OSError:
        return ""
