"""A private copy of the submission, so that grading never touches the learner's own files.

Every check finds a pristine copy in the same place: code that was imported from it once is then the
code of each check. It is copied anew only where something in it has changed.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from checker.errors import UserError
from checker.subject.removal import remove

LEFT_OUT = frozenset(
    {
        ".checker",
        ".git",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
        "venv",
    }
)
LEFT_OUT_ENDINGS = (".db", ".db-journal", ".db-wal", ".db-shm", ".sqlite3", ".pyc")
MOST_FILES = 5_000
MOST_BYTES = 50 * 1024**2
DEEPEST = 40
"""Folders within one another."""


State = dict[str, tuple[int, ...]]
"""What tells that a file was touched: its node, size, mode and the time of its last change."""


class Snapshot:
    """The submission as it was when grading began, and a fresh copy of it for each check.

    Owns one folder, an empty one that is given or a temporary one; `close` removes it.
    """

    def __init__(
        self, submission: Path, folder: Path | None = None, *, taken: bool = False
    ) -> None:
        self.submission = submission
        self.folder = folder or Path(tempfile.mkdtemp(prefix="posts-")).resolve()
        self.root = submission if taken else self.folder / "submission"
        self.bench = self.folder / "check"
        """The folder of the check that runs: the copy as `project`, and what it puts beside it."""
        self._state: State = {}
        if taken:
            return
        try:
            self._take()
        except BaseException:
            self.close()
            raise

    @property
    def common(self) -> Path:
        """The folder that all who share the submission have in common."""
        return self.root.parent

    def share(self, folder: Path) -> "Snapshot":
        """The same submission with fresh copies of its own, in an empty folder."""
        return Snapshot(self.root, folder, taken=True)

    def fresh(self) -> Path:
        """Clear the bench for the next check. The copy on it is as the submission was."""
        copy = self.bench / "project"
        if self.is_pristine():
            for entry in self.bench.iterdir():
                if entry.is_symlink() or not entry.is_dir():
                    entry.unlink()
                elif entry != copy:
                    remove(entry)
        else:
            remove(self.bench)
            shutil.copytree(self.root, copy, symlinks=True)
            self._state = _state(copy)
        return copy

    def is_pristine(self) -> bool:
        """Whether nothing in the copy has changed since it was made."""
        return bool(self._state) and _state(self.bench / "project") == self._state

    def close(self) -> None:
        remove(self.folder)

    def _take(self) -> None:
        files = size = 0
        self.root.mkdir()
        for folder, names, files_there in os.walk(self.submission, onerror=_refused):
            here = Path(folder)
            if len(here.relative_to(self.submission).parts) > DEEPEST:
                raise UserError(
                    f"{self.submission} has more than {DEEPEST} folders within one another.",
                    "Point --path at the project's own folder.",
                )
            names[:] = [name for name in names if not _is_left_out(here / name)]
            entries = [name for name in files_there if not _is_passed_over(name)]
            for name in (*names, *entries):
                if (here / name).is_symlink():
                    raise UserError(
                        f"{here / name} is a symbolic link, and only plain files are graded.",
                        "Put a copy of what it points to in its place.",
                    )
            there = self.root / here.relative_to(self.submission)
            there.mkdir(exist_ok=True)
            for name in entries:
                try:
                    status = (here / name).lstat()
                    if _is_plain(here / name, status):
                        files += 1
                        size += status.st_size
                        self._demand_few(files, size)
                        shutil.copyfile(here / name, there / name, follow_symlinks=False)
                except FileNotFoundError:
                    continue  # deleted by an editor since it was listed
                except PermissionError as error:
                    _refused(error)

    def _demand_few(self, files: int, size: int) -> None:
        if files > MOST_FILES or size > MOST_BYTES:
            raise UserError(
                f"{self.submission} is too large to be a lesson's project"
                f" (over {MOST_FILES} files or {MOST_BYTES // 1024**2} MB).",
                "Point --path at the project's own folder.",
            )


def _is_plain(file: Path, status: os.stat_result) -> bool:
    """Raises UserError for code that is no ordinary file."""
    plain = stat.S_ISREG(status.st_mode)
    if not plain and file.suffix == ".py":
        raise UserError(
            f"{file} is no ordinary file: a pipe or a device.",
            "Put a file of that name in its place.",
        )
    return plain


def _refused(error: OSError) -> None:
    """Raises UserError for a file or a folder that may not be read."""
    if isinstance(error, PermissionError):
        raise UserError(
            f"{error.filename} cannot be read.", "Give yourself permission to read it."
        ) from error


def _is_left_out(folder: Path) -> bool:
    """Whether a folder is none of the project's own: a tool's, or an environment of any name."""
    return folder.name in LEFT_OUT or os.path.lexists(folder / "pyvenv.cfg")


def _is_passed_over(file: str) -> bool:
    """A database, something compiled, or the link that Emacs puts beside a file being edited."""
    return file.endswith(LEFT_OUT_ENDINGS) or file.startswith(".#")


def _state(folder: Path) -> State:
    found: State = {}
    for path, _, names in os.walk(folder):
        for entry in (path, *(f"{path}{os.sep}{name}" for name in names)):
            try:
                status = os.lstat(entry)
            except OSError:
                continue
            size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
            found[entry] = (status.st_ino, size, status.st_mode, status.st_ctime_ns)
    return found
