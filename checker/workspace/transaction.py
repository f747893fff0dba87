"""What makes a change whole: a journal, by which it is undone or finished however it was cut off.

While a change is under way, `.checker/change/` holds the journal and the new contents. Renaming
that folder to `.checker/changed/` is the moment from which the change counts: what is left to do
then is done by whoever comes next.
"""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from checker.errors import UserError
from checker.workspace.backups import BACKUPS, beside
from checker.workspace.folder import IGNORE, alone
from checker.workspace.location import FOLDER, shown
from checker.workspace.moving import content, digest, holds, put, remove_empty, take
from checker.workspace.progress import load, save
from checker.workspace.writing import explained, in_use, write_whole

UNDER_WAY = "change"
DONE = "changed"


class Step(BaseModel):
    """One file of a change: the digests of what it holds before and after; None for no file."""

    model_config = ConfigDict(frozen=True)

    name: str
    old: str | None
    new: str | None


class Journal(BaseModel):
    """The whole change, written down before its first step."""

    model_config = ConfigDict(frozen=True)

    what: str
    """As a sentence names it: `catch-up-02`."""
    backup: str
    """The name of the folder in `backups/` to which everything is moved that is replaced."""
    steps: tuple[Step, ...]
    folders: tuple[str, ...] = ()
    """Those that the change makes, outermost first; `.` is the project itself."""
    lesson: str | None = None
    """The id of the lesson that the learner is at when it is done, where that is another."""


@dataclass(frozen=True)
class Change:
    """The files of a change that is under way, or was when somebody was cut off."""

    root: Path
    journal: Journal

    @property
    def folder(self) -> Path:
        return self.root / FOLDER / UNDER_WAY

    @property
    def backup(self) -> Path:
        return self.root / FOLDER / BACKUPS / self.journal.backup

    def staged(self, name: str) -> Path:
        return self.folder / "new" / name

    def begin(self) -> None:
        write_whole(self.folder / "journal.json", self.journal.model_dump_json().encode())

    def do(self, step: Step) -> None:
        """Put one file's new content in its place. Raises Saved where it is not as it was."""
        path = self.root / step.name
        try:
            if path.is_symlink():
                self._take_link(step)
            elif step.old is not None:
                take(path, self.backup / step.name)
                self._compare(step)
            if step.new is not None:
                put(self.staged(step.name), path)
        except (FileNotFoundError, FileExistsError) as error:
            raise Saved(step.name) from error

    def commit(self) -> None:
        """From now on it counts, unless something was written meanwhile to what was moved away."""
        for step in self.journal.steps:
            if step.old is not None:
                self._compare(step)
        with explained(self.folder):
            self.folder.rename(self.folder.with_name(DONE))

    def _compare(self, step: Step) -> None:
        if not holds(self.backup / step.name, step.old):
            raise Saved(step.name)

    def _link(self, name: str) -> Path:
        """Where a symbolic link is kept; the backup has what it leads to."""
        return self.folder / "links" / name

    def _take_link(self, step: Step) -> None:
        path = self.root / step.name
        if (there := content(path)) is not None:
            write_whole(self.backup / step.name, there)
        take(path, self._link(step.name))

    def undo(self) -> tuple[str, ...]:
        """Have everything as it was. Gives the files that were saved since, and stay as saved.

        It looks at what is there, and may be cut off and begun again.
        """
        saved = tuple(step.name for step in self.journal.steps if not self._undone(step))
        if remove_empty(self.backup):
            with contextlib.suppress(OSError):
                beside(self.backup).unlink()
        with contextlib.suppress(OSError):
            self.backup.parent.rmdir()
        shutil.rmtree(self.folder, ignore_errors=True)
        _remove_folders(self.root, self.journal.folders)
        return saved

    def _undone(self, step: Step) -> bool:
        path, kept = self.root / step.name, self.backup / step.name
        aside, link = self.folder / "undone" / step.name, self._link(step.name)
        if os.path.lexists(aside):  # somebody was cut off who undid this
            self._put_back(aside, step, path)
        old = link if os.path.lexists(link) else kept
        is_kept = os.path.lexists(old)
        if step.new is not None and (is_kept or step.old is None) and _is_file(path, step.new):
            with contextlib.suppress(FileNotFoundError):
                take(path, aside)
                self._put_back(aside, step, path)
        if not is_kept:
            return step.old is not None or not os.path.lexists(path)
        with contextlib.suppress(FileExistsError):
            put(old, path)
        if not _same(path, old):
            return False
        with explained(kept):
            kept.unlink(missing_ok=True)
        return True

    def _put_back(self, aside: Path, step: Step, path: Path) -> None:
        """What was taken away for ours and was not: a save of this very moment."""
        if holds(aside, step.new):
            return
        try:
            put(aside, path)
        except FileExistsError:
            to = self.backup / f"{step.name}.saved"
            take(aside, to)


class Saved(Exception):
    """Somebody saved a file at the very moment at which it was to be replaced."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def finish(root: Path, journal: Journal) -> None:
    """What is left to do for a change that counts."""
    if journal.lesson is not None:
        with contextlib.suppress(UserError):  # the command itself says what is wrong there
            save(root, load(root).progress.at(journal.lesson))
    removed = [step.name for step in journal.steps if step.new is None]
    emptied = {parent.as_posix() for name in removed for parent in Path(name).parents}
    for folder in sorted(emptied - {"."}, reverse=True):
        with contextlib.suppress(OSError):
            (root / folder).rmdir()
    shutil.rmtree(root / FOLDER / DONE, ignore_errors=True)


def mend(root: Path) -> str | None:
    """Finish or undo what a command that was cut off had begun. Gives a sentence about it."""
    if not _is_cut_off(root):
        return None
    with alone(root):
        return mend_alone(root)


def mend_alone(root: Path) -> str | None:
    """The same for whoever has the project alone already."""
    folder = root / FOLDER
    for half in _half_written(root):
        half.unlink(missing_ok=True)
    if (journal := _journal(folder / DONE)) is not None:
        finish(root, journal)
        return f"A change that was cut off ({journal.what}) is finished now."
    if (journal := _journal(folder / UNDER_WAY)) is None:
        for leftover in (DONE, UNDER_WAY):
            shutil.rmtree(folder / leftover, ignore_errors=True)
        return None
    change = Change(root, journal)
    saved = change.undo()
    sentence = f"A change that was cut off ({journal.what}) is undone"
    if not saved:
        return f"{sentence}: your files are as they were."
    names = ", ".join(saved)
    return f"{sentence}. You saved {names} since; as it was before: {shown(change.backup)}"


def _is_cut_off(root: Path) -> bool:
    begun = any(os.path.lexists(root / FOLDER / name) for name in (UNDER_WAY, DONE))
    return begun or bool(_half_written(root))


def _half_written(root: Path) -> list[Path]:
    """What processes that are gone have left of files which they were about to replace."""
    folders = (root / FOLDER, root / FOLDER / BACKUPS)
    return [half for folder in folders for half in folder.glob(".*.new") if not in_use(half)]


def _journal(folder: Path) -> Journal | None:
    try:
        return Journal.model_validate_json((folder / "journal.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _is_file(path: Path, of: str) -> bool:
    with contextlib.suppress(UserError):
        return digest(content(path)) == of
    return False


def _same(one: Path, other: Path) -> bool:
    if one.is_symlink() and other.is_symlink():
        return one.readlink() == other.readlink()
    return os.path.lexists(one) and content(one) == content(other)


def _remove_folders(root: Path, folders: tuple[str, ...]) -> None:
    for name in reversed(folders):
        if name == FOLDER and {p.name for p in (root / FOLDER).glob("*")} <= {IGNORE}:
            with contextlib.suppress(OSError):
                (root / FOLDER / IGNORE).unlink()
        with contextlib.suppress(OSError):
            (root / name).rmdir()
