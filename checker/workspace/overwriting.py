"""The one way to change a project's files: a dated backup first, then all of it or nothing."""

import contextlib
import errno
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from checker.errors import UserError
from checker.workspace.location import FOLDER
from checker.workspace.writing import commit, discard, explained, stage, write_whole

BACKUPS = "backups"


@dataclass(frozen=True)
class Overwritten:
    """What one change did. File names are relative to the project, with slashes."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    backup: Path | None = None
    """The folder that holds what was replaced or removed; None where nothing was."""

    @property
    def changed(self) -> tuple[str, ...]:
        return tuple(sorted((*self.added, *self.replaced, *self.removed)))


def overwrite(
    root: Path, changes: Mapping[str, bytes | None], *, reason: str, now: datetime | None = None
) -> Overwritten:
    """Give files of the project new content, or remove those whose new content is None.

    What is replaced or removed is copied first into `.checker/backups/<UTC time>-<reason>/`. Files
    that already hold their new content are left alone. Raises UserError with the project as it was.
    """
    before = {name: _content(root / name) for name in changes}
    wanted = {name: new for name, new in changes.items() if new != before[name]}
    lost = {name: old for name in wanted if (old := before[name]) is not None}
    folders = _missing_folders(root, wanted)
    staged: dict[str, Path] = {}
    done: list[str] = []
    backup = None
    try:
        backup = _back_up(root, lost, reason, now or datetime.now(UTC)) if lost else None
        for name, new in wanted.items():
            if new is not None:
                staged[name] = stage(root / name, new)
        for name in wanted:
            done.append(name)
            if name in staged:
                commit(staged[name], root / name)
            else:
                with explained(root / name):
                    (root / name).unlink()
    except BaseException:
        for path in staged.values():
            discard(path)
        _put_back(root, done, lost, backup)
        if backup is not None:
            shutil.rmtree(backup, ignore_errors=True)
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    _remove_emptied(root, [name for name in wanted if name not in staged])
    return Overwritten(
        added=tuple(sorted(staged.keys() - lost.keys())),
        replaced=tuple(sorted(staged.keys() & lost.keys())),
        removed=tuple(sorted(wanted.keys() - staged.keys())),
        backup=backup,
    )


def _content(path: Path) -> bytes | None:
    with explained(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def _back_up(root: Path, files: Mapping[str, bytes], reason: str, now: datetime) -> Path:
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{reason}"
    folder = root / FOLDER / BACKUPS / stamp
    copy = 1
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                folder.mkdir()
                break
            except FileExistsError:
                copy += 1
                folder = folder.with_name(f"{stamp}-{copy}")
    try:
        for name, content in files.items():
            write_whole(folder / name, content)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _put_back(root: Path, done: list[str], lost: Mapping[str, bytes], backup: Path | None) -> None:
    """Undo a change that failed half-way. What cannot be put back is still in the backup."""
    try:
        for name in done:
            path = root / name
            if name not in lost:
                path.unlink(missing_ok=True)
            elif not path.exists() or path.read_bytes() != lost[name]:
                write_whole(path, lost[name])
    except (OSError, UserError) as error:
        raise UserError(
            f"The change failed half-way and could not be undone: {error}",
            f"Your files as they were are in {backup}.",
        ) from error


def _missing_folders(root: Path, names: Mapping[str, object]) -> list[Path]:
    """The folders that writing `names` would make, outermost first."""
    wanted = {root / parent for name in names for parent in Path(name).parents}
    return sorted(folder for folder in wanted if not folder.exists())


def _remove_emptied(root: Path, removed: list[str]) -> None:
    """Remove the folders that held only what was removed."""
    folders = {parent for name in removed for parent in Path(name).parents} - {Path()}
    for folder in sorted(folders, reverse=True):
        with contextlib.suppress(OSError):
            (root / folder).rmdir()
