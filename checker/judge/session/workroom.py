"""The folder in which gradings have their files, in memory where there is room.

While its owner lives it is locked; what a killed one has left is removed by the next.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from checker.errors import UserError
from checker.subject.removal import remove

PREFIX = "checker-grading-"
ROOM = 512 * 1024**2
"""Bytes that must be free in memory."""
TOO_LITTLE = 4 * 1024**2
"""Bytes: with less than that free, a disk is as good as full."""


class Workroom:
    """Owns one such folder until `close`. Raises UserError where none can be made."""

    def __init__(self) -> None:
        where = roomy()
        self.swept = sweep(where or Path(tempfile.gettempdir()))
        """How many folders of killed owners have been removed."""
        try:
            made = Path(tempfile.mkdtemp(prefix="checker-", dir=where)).resolve()
        except OSError as error:
            raise no_room(where or Path(tempfile.gettempdir())) from error
        self._lock = _locked(made)
        self.folder = made.rename(made.with_name(f"{PREFIX}{made.name.removeprefix('checker-')}"))

    def close(self) -> None:
        remove(self.folder)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def is_full(self) -> bool:
        try:
            return shutil.disk_usage(self.folder).free < TOO_LITTLE
        except OSError:
            return False


def no_room(folder: Path) -> UserError:
    return UserError(
        f"There is no room in {folder} for a grading's files.",
        "Free some space there, or name another folder: TMPDIR=FOLDER checker",
    )


def roomy() -> Path | None:
    """A folder in memory with room for some gradings; None for the usual temporary folder.

    A database there need not wait for a disk at each commit.
    """
    folder = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with contextlib.suppress(OSError, AttributeError):
        status = os.statvfs(folder)
        if os.access(folder, os.W_OK) and status.f_bavail * status.f_frsize > ROOM:
            return folder
    return None


def sweep(where: Path) -> int:
    """Remove what killed owners have left there. A folder has its name only while it is locked."""
    swept = 0
    for folder in where.glob(f"{PREFIX}*"):
        lock = None
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid == os.getuid() and not folder.is_symlink():
                lock = _locked(folder)
        if lock is not None:
            remove(folder)
            os.close(lock)
            swept += not folder.exists()
    return swept


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the folder's lock; None where another has it, or there are none."""
    if os.name != "posix":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
