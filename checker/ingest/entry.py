"""What a folder and an archive have in common: a stream of entries."""

import contextlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

from checker.ingest.bounds import BOUNDS, Bounds
from checker.ingest.ungradable import Ungradable
from checker.report.printable import printable

CHUNK = 16 * 1024
"""Bytes that are read at once."""


class Kind(StrEnum):
    """What an entry is, in the words in which it is refused."""

    FILE = "a file"
    FOLDER = "a folder"
    SYMBOLIC_LINK = "a symbolic link"
    HARD_LINK = "a hard link"
    PIPE = "a named pipe"
    DEVICE = "a device"
    SOCKET = "a socket"
    SPARSE = "a sparse file"
    UNKNOWN = "of an unknown kind"


@dataclass(frozen=True)
class Entry:
    """One entry as its source names it, with slashes. Nothing about it is to be believed.

    `size` is what the source says, in bytes. `read` gives the content in chunks, and may be called
    until the next entry is asked for; it raises Ungradable.
    """

    name: str
    kind: Kind
    size: int = 0
    read: Callable[[], Iterator[bytes]] = lambda: iter(())


class Source(Protocol):
    """What was handed in."""

    @property
    def packed(self) -> int | None:
        """The archive's size in bytes; None for what is no archive."""

    def entries(self) -> Iterator[Entry]:
        """Every entry, from the first, each time that it is called. Raises Ungradable."""


@dataclass(frozen=True)
class Archive:
    """A source that is one file, at `path`."""

    path: Path
    bounds: Bounds = BOUNDS

    @property
    def packed(self) -> int:
        return self.path.stat().st_size


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """What an open file holds, in small steps."""
    while chunk := stream.read(CHUNK):
        yield chunk


@contextlib.contextmanager
def understood(kind: str) -> Iterator[None]:
    """Whatever goes wrong in reading what strangers wrote, means that it cannot be read."""
    try:
        yield
    except Ungradable:
        raise
    except Exception as error:
        reason = "it ends too early" if isinstance(error, EOFError) else _reason(error)
        raise Ungradable(f"It cannot be read as {kind}: {reason}.") from error


def _reason(error: Exception) -> str:
    if isinstance(error, zlib.error | RecursionError | MemoryError):
        return "it is damaged"
    return printable(str(error), most=200, lines=1).rstrip(".") or type(error).__name__
