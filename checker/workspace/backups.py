"""The backups in `.checker/backups/`: what each holds, and which are old enough to go."""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from checker.commands import command
from checker.errors import UserError
from checker.workspace.location import FOLDER
from checker.workspace.writing import explained, write_whole

BACKUPS = "backups"
KEPT_DAYS = 90
KEPT_IN_ANY_CASE = 20
RULE = f"Backups go after {KEPT_DAYS} days; the newest {KEPT_IN_ANY_CASE} always stay."

_NAME = re.compile(r"(?P<time>\d{8}T\d{6}Z)-(?P<reason>.+)")


class Manifest(BaseModel):
    """What the files of a backup do not tell of the change before which it was made."""

    model_config = ConfigDict(frozen=True)

    added: dict[str, str] = {}
    """The files that the change added, with the digest of what it wrote."""
    lesson: str | None = None
    """The lesson that the learner was at, where the change moved them to another."""


@dataclass(frozen=True)
class Backup:
    """One of them, as it is on disk."""

    folder: Path
    made: datetime
    reason: str
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def files(self) -> tuple[str, ...]:
        found = []
        for folder, _, names in os.walk(self.folder):
            here = Path(folder).relative_to(self.folder)
            found += [(here / name).as_posix() for name in names]
        return tuple(sorted(found))


def beside(folder: Path) -> Path:
    """Where the manifest of a backup is."""
    return folder.with_name(f"{folder.name}.json")


def describe(folder: Path, manifest: Manifest) -> None:
    write_whole(beside(folder), manifest.model_dump_json().encode())


def new_name(root: Path, reason: str, now: datetime) -> str:
    """A name that no backup has yet."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{reason}"
    name, copy = stamp, 1
    while os.path.lexists(root / FOLDER / BACKUPS / name):
        copy += 1
        name = f"{stamp}-{copy}"
    return name


def backups(root: Path) -> list[Backup]:
    """All of them, the newest first."""
    folder = root / FOLDER / BACKUPS
    if not os.path.lexists(folder):
        return []
    with explained(folder):
        found = [_read(each) for each in folder.iterdir() if each.is_dir()]
    return sorted(filter(None, found), key=_age, reverse=True)


def named(root: Path, name: str) -> Backup:
    """The backup of that name, or of that place in the list, from 1. Raises UserError."""
    known = backups(root)
    if name.isdecimal() and 1 <= int(name) <= len(known):
        return known[int(name) - 1]
    for each in known:
        if each.name == name.rstrip("/").rpartition("/")[2]:
            return each
    raise UserError(
        f"There is no backup {name!r}.", f"To see those that there are: {command('restore')}"
    )


def prune(root: Path, now: datetime) -> tuple[str, ...]:
    """Remove what is older than the rule says. Gives a sentence where something went."""
    oldest = now - timedelta(days=KEPT_DAYS)
    old = [each for each in backups(root)[KEPT_IN_ANY_CASE:] if each.made < oldest]
    for each in old:
        shutil.rmtree(each.folder, ignore_errors=True)
        beside(each.folder).unlink(missing_ok=True)
    if not old:
        return ()
    count = "1 old backup" if len(old) == 1 else f"{len(old)} old backups"
    return (f"Removed {count}, up to {old[0].name}. {RULE}",)


def _read(folder: Path) -> Backup | None:
    found = _NAME.fullmatch(folder.name)
    if found is None:
        return None
    try:
        made = datetime.strptime(found["time"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    try:
        manifest = Manifest.model_validate_json(beside(folder).read_bytes())
    except (OSError, ValidationError):
        manifest = Manifest()
    return Backup(folder, made, found["reason"], manifest)


def _age(backup: Backup) -> tuple[datetime, int, int, str]:
    """Of those made in the same second, that whose manifest is newer."""
    try:
        written = beside(backup.folder).stat().st_mtime_ns
    except OSError:
        written = 0
    return backup.made, written, len(backup.name), backup.name
