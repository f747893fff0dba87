"""Removes trees that the submission's code has made, however deep, and with whatever permissions.

What is deep is first moved up, so that neither paths nor recursion grow with it.
"""

import itertools
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove the folder with all that is in it, as far as that is possible. Never raises."""
    with suppress(OSError):
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink()
            return
        if os.rename in os.supports_dir_fd:
            folder.chmod(0o700)
            with _opened(folder) as top:
                _empty(top)
            folder.rmdir()
            return
    shutil.rmtree(folder, ignore_errors=True)


def _empty(top: int) -> None:
    """Remove everything in an open folder. Raises OSError where something cannot be removed."""
    numbers = itertools.count()
    while names := os.listdir(top):
        for name in names:
            if _unlinked(name, top):
                continue
            with _opened(name, top) as inner:
                for each in os.listdir(inner):  # noqa: PTH208
                    if not _unlinked(each, inner):
                        moved = f".removed-{os.getpid()}-{next(numbers)}"
                        os.rename(each, moved, src_dir_fd=inner, dst_dir_fd=top)
            os.rmdir(name, dir_fd=top)


def _unlinked(name: str, folder: int) -> bool:
    """Whether it could be removed at once, being no folder; a folder is made accessible."""
    if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        os.unlink(name, dir_fd=folder)
        return True
    os.chmod(name, 0o700, dir_fd=folder)
    return False


@contextmanager
def _opened(name: str | Path, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
