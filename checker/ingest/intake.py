"""Takes one submission in: finds the project in it, hashes it, and writes it where that is asked.

A source is read twice: once for its names, of which the project's place follows, and once for what
is in its files.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from checker.digest import digest_of
from checker.ingest.bounds import BOUNDS, MB, Bounds
from checker.ingest.entry import Entry, Kind, Source
from checker.ingest.folder import Folder
from checker.ingest.ignored import ENVIRONMENT, ignored
from checker.ingest.names import Names, Parts, examine, parts_of
from checker.ingest.tarred import Tar
from checker.ingest.ungradable import Ungradable, shown
from checker.ingest.zipped import Zip

ARCHIVES: Mapping[str, Callable[[Path, Bounds], Source]] = {
    ".zip": Zip,
    ".tar.gz": Tar,
    ".tgz": Tar,
    ".tar": Tar,
}
"""What is read, by its ending."""
_MOST_NAMED = 10
_SLACK = 5 * MB
"""Up to that, an archive may hold zeros, whatever its ratio."""


@dataclass(frozen=True)
class Taken:
    """A project that can be graded."""

    digest: str
    """SHA-256 over its files and their names, in hex digits."""
    ignored: tuple[str, ...]
    """What was handed in beside it, the names of folders and of kinds of files, sorted."""


def ending(path: Path) -> str:
    """The ending by which a file is known as an archive that is read; empty for another."""
    return next((each for each in ARCHIVES if path.name.lower().endswith(each)), "")


def take_in(path: Path, marker: str, *, to: Path | None = None, bounds: Bounds = BOUNDS) -> Taken:
    """Read a folder or an archive, and write the project into `to`, a folder that does not exist.

    The project is the folder that holds a folder named `marker` with files in it: the top, or a
    single one below. Raises Ungradable.
    """
    source = opened(path, bounds)
    if source.packed is not None and source.packed > bounds.packed:
        raise Ungradable(f"The archive is larger than {bounds.packed // MB} MB.")
    survey = _survey(source, marker, bounds)
    intake = _Intake(bounds, source.packed, to)
    for entry, parts in _entries(source, bounds):
        if parts[: len(survey.root)] != survey.root:
            is_file = len(parts) == 1 and entry.kind is not Kind.FOLDER
            intake.ignore(parts[0] if is_file else f"{parts[0]}/")
        elif reason := ignored(entry, parts, survey.environments):
            intake.ignore(reason)
        elif entry.kind is not Kind.FOLDER:
            intake.add(entry, parts[len(survey.root) :])
    return intake.taken()


def opened(path: Path, bounds: Bounds = BOUNDS) -> Source:
    """The source at a path: of a folder that holds an archive and nothing else, the archive."""
    if path.is_symlink():
        raise Ungradable(f"{shown(path.name)} is a symbolic link.")
    if path.is_dir():
        try:
            held = [each for each in path.iterdir() if not each.name.startswith(".")]
        except OSError as error:
            raise Ungradable(f"{shown(path.name)} cannot be read: {error.strerror}.") from error
        if not (len(held) == 1 and ending(held[0]) and held[0].is_file()):
            return Folder(path, bounds)
        path = held[0]
        if path.is_symlink():
            raise Ungradable(f"{shown(path.name)} is a symbolic link.")
    if not path.exists():
        raise Ungradable(f"There is no {shown(str(path))}.")
    if not path.is_file() or not ending(path):
        raise Ungradable(
            f"{shown(path.name)} is neither a folder nor a {', '.join(ARCHIVES)} archive."
        )
    return ARCHIVES[ending(path)](path, bounds)


@dataclass(frozen=True)
class _Survey:
    """What the names of a submission tell."""

    root: Parts
    environments: frozenset[Parts]


def _survey(source: Source, marker: str, bounds: Bounds) -> _Survey:
    roots: set[Parts] = set()
    environments: set[Parts] = set()
    for entry, parts in _entries(source, bounds):
        if parts[-1] == ENVIRONMENT:
            environments.add(parts[:-1])
        if entry.kind is Kind.FOLDER and not ignored(entry, parts, environments):
            examine(parts, bounds)  # a folder may be so deep that walking it would not end
        is_in_marker = marker in parts[:-1][:2] and entry.kind is Kind.FILE
        if is_in_marker and not ignored(entry, parts, frozenset()):
            roots.add(parts[: parts.index(marker)])
    if () in roots:
        return _Survey((), frozenset(environments))
    roots -= environments
    if not roots:
        raise Ungradable(
            f"It holds no {marker}/ folder with files, neither at its top nor one folder deeper."
        )
    if len(roots) > 1:
        names = sorted(shown(f"{each[0]}/") for each in roots)
        raise Ungradable(f"It holds more than one project: {names[0]} and {names[1]}.")
    return _Survey(roots.pop(), frozenset(environments))


def _entries(source: Source, bounds: Bounds) -> Iterator[tuple[Entry, Parts]]:
    """All but the top itself. Raises Ungradable where there are too many, or one leads outside."""
    for number, entry in enumerate(source.entries(), start=1):
        if number > bounds.entries:
            raise Ungradable(f"It lists more than {bounds.entries:,} entries.")
        if parts := parts_of(entry.name):
            yield entry, parts


class _Intake:
    """What has been taken in of one submission so far."""

    def __init__(self, bounds: Bounds, packed: int | None, to: Path | None) -> None:
        self._bounds = bounds
        self._packed = packed
        self._to = to
        self._names = Names()
        self._hashes: dict[str, str] = {}
        self._ignored: set[str] = set()
        self._size = 0

    def ignore(self, name: str) -> None:
        self._ignored.add(shown(name))

    def add(self, entry: Entry, parts: Parts) -> None:
        """Take in a file. Raises Ungradable for what is none, and for what is too much."""
        name, bounds = "/".join(parts), self._bounds
        if entry.kind is not Kind.FILE:
            raise Ungradable(f"{shown(name)} is {entry.kind}.")
        examine(parts, bounds)
        if not name.endswith(".py") and entry.size > bounds.data:
            self.ignore(f"{name} ({entry.size // MB} MB)")
            return
        self._names.add(parts)
        if len(self._hashes) >= bounds.files:
            raise Ungradable(f"It has more than {bounds.files:,} files.")
        most = bounds.source if name.endswith(".py") else bounds.data
        target = self._to / name if self._to else None
        if target:
            target.parent.mkdir(parents=True, exist_ok=True)
        held, digest = 0, hashlib.sha256()
        with target.open("xb") if target else nullcontext() as stream:
            for chunk in entry.read():
                held += len(chunk)
                if held > most:
                    raise Ungradable(f"{shown(name)} is larger than {most // MB} MB.")
                self._count(len(chunk))
                digest.update(chunk)
                _write(stream, chunk)
        self._hashes[name] = digest.hexdigest()

    def taken(self) -> Taken:
        return Taken(digest_of(sorted(self._hashes.items())), _some(self._ignored))

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._bounds.size:
            raise Ungradable(f"Its files hold more than {self._bounds.size // MB} MB.")
        if self._packed is not None and self._size > _SLACK + self._bounds.ratio * self._packed:
            raise Ungradable(f"It unpacks to more than {self._bounds.ratio} times its size.")


def _write(stream: BinaryIO | None, chunk: bytes) -> None:
    if stream is not None:
        stream.write(chunk)


def _some(names: set[str]) -> tuple[str, ...]:
    """The first names, and how many more there are."""
    listed = sorted(names)
    more = len(listed) - _MOST_NAMED
    return (*listed[:_MOST_NAMED], f"and {more} more") if more > 0 else tuple(listed)
