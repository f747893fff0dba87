"""A private copy of the submission, so that grading never touches the learner's own files."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from checker.errors import UserError

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


class Snapshot:
    """The submission as it was when grading began, and a fresh copy of it for each check.

    Owns one temporary folder, removed by `close`.
    """

    def __init__(self, submission: Path) -> None:
        self.submission = submission
        self.folder = Path(tempfile.mkdtemp(prefix="posts-")).resolve()
        self.root = self.folder / "submission"
        self._copies = 0
        try:
            self._take()
        except BaseException:
            self.close()
            raise

    def copy(self) -> Path:
        """A new folder that holds a copy of the project, for one check to do with as it likes."""
        self._copies += 1
        to = self.folder / str(self._copies) / "project"
        shutil.copytree(self.root, to, symlinks=True)
        return to

    def close(self) -> None:
        _remove(self.folder)

    def _take(self) -> None:
        files = size = 0
        self.root.mkdir()
        for folder, names, entries in os.walk(self.submission):
            names[:] = [name for name in names if name not in LEFT_OUT]
            here = Path(folder)
            there = self.root / here.relative_to(self.submission)
            there.mkdir(exist_ok=True)
            for name in entries:
                if name.endswith(LEFT_OUT_ENDINGS):
                    continue
                try:
                    status = (here / name).lstat()
                    if not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
                        continue
                    shutil.copyfile(here / name, there / name, follow_symlinks=False)
                except FileNotFoundError:
                    continue  # deleted by an editor since it was listed
                except PermissionError as error:
                    raise UserError(
                        f"{here / name} cannot be read.", "Give yourself permission to read it."
                    ) from error
                files += 1
                size += status.st_size
                if files > MOST_FILES or size > MOST_BYTES:
                    raise UserError(
                        f"{self.submission} is too large to be a lesson's project"
                        f" (over {MOST_FILES} files or {MOST_BYTES // 1024**2} MB).",
                        "Point --path at the project's own folder.",
                    )


def _remove(folder: Path) -> None:
    """Remove a tree whose folders the submission may have made unwritable."""
    for path, names, _ in os.walk(folder):
        for name in names:
            child = Path(path, name)
            if not child.is_symlink():
                child.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
