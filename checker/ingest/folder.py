"""A folder as a stream of entries. No link is followed, and nothing but a regular file opened."""

import os
import stat
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from checker.ingest.bounds import BOUNDS, Bounds
from checker.ingest.entry import Entry, Kind, chunks
from checker.ingest.ignored import ENVIRONMENT, FOLDERS
from checker.ingest.ungradable import Ungradable, shown

_KINDS = {
    stat.S_IFREG: Kind.FILE,
    stat.S_IFDIR: Kind.FOLDER,
    stat.S_IFLNK: Kind.SYMBOLIC_LINK,
    stat.S_IFIFO: Kind.PIPE,
    stat.S_IFSOCK: Kind.SOCKET,
    stat.S_IFCHR: Kind.DEVICE,
    stat.S_IFBLK: Kind.DEVICE,
}


def kind_of(mode: int) -> Kind:
    """The kind that the type in a file's mode says."""
    return _KINDS.get(stat.S_IFMT(mode), Kind.UNKNOWN)


class Folder:
    """Folders that are ignored whatever they hold are given, and not looked into."""

    packed = None

    def __init__(self, path: Path, bounds: Bounds = BOUNDS) -> None:
        self.path = path
        self._bounds = bounds

    def entries(self) -> Iterator[Entry]:
        """In no order that matters. Raises Ungradable for what may not be read."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for name, status in self._listed(folder):
                kind = kind_of(status.st_mode)
                path = self.path / name
                yield Entry(name, kind, status.st_size, partial(_read, path, name))
                if kind is not Kind.FOLDER or path.name in FOLDERS:
                    continue
                if os.path.lexists(path / ENVIRONMENT):
                    yield Entry(f"{name}/{ENVIRONMENT}", Kind.FILE)
                else:
                    waiting.append(name)

    def _listed(self, folder: str) -> Iterator[tuple[str, os.stat_result]]:
        try:
            with os.scandir(self.path / folder) as found:
                for entry in islice(found, self._bounds.entries + 1):
                    name = f"{folder}/{entry.name}" if folder else entry.name
                    yield name, entry.stat(follow_symlinks=False)
        except OSError as error:
            raise _refused(folder or self.path.name, error) from error


def _read(path: Path, name: str) -> Iterator[bytes]:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise Ungradable(f"{shown(name)} changed while it was read.")
            yield from chunks(stream)
    except OSError as error:
        raise _refused(name, error) from error


def _refused(name: str, error: OSError) -> Ungradable:
    return Ungradable(f"{shown(name)} cannot be read: {error.strerror}.")
