"""The workspace's own folder, `.checker/`: git ignores it, and one command at a time changes it."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from checker.errors import UserError
from checker.workspace.location import FOLDER, shown
from checker.workspace.writing import explained, write_whole

PATIENCE = 5.0
"""Seconds in which another command's change should be done."""
IGNORE = ".gitignore"


def own_folder(root: Path) -> Path:
    """`.checker/`, made where it is missing, so that `git clean` and `git stash` leave it alone."""
    folder = root / FOLDER
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(folder / IGNORE):
        write_whole(folder / IGNORE, b"*\n")
    return folder


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep other commands from changing the project. Raises UserError where one goes on and on.

    The system lets go of the lock when its holder ends, however it ends.
    """
    folder = root / FOLDER
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY) if os.name == "posix" else -1
    try:
        late = time.monotonic() + PATIENCE
        while not _locked(descriptor):
            if time.monotonic() > late:
                raise UserError(
                    f"Another checker command is changing {shown(root)}.",
                    "Run this one again when that one is done.",
                )
            time.sleep(0.05)
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Take the lock, if nobody has it. Where the disk knows no locks, we go without."""
    if descriptor < 0:
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
