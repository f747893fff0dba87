"""Files put and taken so that nothing which somebody saves at that moment is lost."""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from pathlib import Path

from checker.workspace.writing import explained, unreadable, write_whole


def content(path: Path) -> bytes | None:
    """What the file holds; None where there is none. Raises UserError for what is no file."""
    with explained(path):
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
            if not stat.S_ISREG(mode):  # reading a pipe would wait without end
                raise OSError(errno.ESPIPE, "is no ordinary file", str(path))
            return path.read_bytes()
        except FileNotFoundError:  # or a link to nothing
            return None
        except PermissionError as error:
            raise unreadable(path) from error


def digest(of: bytes | None) -> str | None:
    return None if of is None else hashlib.sha256(of).hexdigest()


def holds(path: Path, wanted: str | None) -> bool:
    """Whether the file holds what has that digest."""
    return os.path.lexists(path) and digest(content(path)) == wanted


def take(path: Path, to: Path) -> None:
    """Move whatever is at `path` now, in one step. Raises FileNotFoundError where nothing is."""
    with explained(to):
        to.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.rename(to)
    except FileNotFoundError:
        raise
    except OSError as error:
        with explained(path):
            if error.errno != errno.EXDEV:  # else it is on another disk
                raise
        write_whole(to, content(path) or b"")
        shutil.copystat(path, to)
        with explained(path):
            path.unlink()


def put(source: Path, path: Path) -> None:
    """Have `path` hold what `source` holds. Raises FileExistsError where something is there."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, path, follow_symlinks=False)
        except FileExistsError:
            pass
        except OSError:  # a disk without links, or another disk
            with contextlib.suppress(FileExistsError):
                _copy(source, path)
                return
        else:
            return
    raise FileExistsError(errno.EEXIST, "is there", str(path))


def _copy(source: Path, path: Path) -> None:
    if source.is_symlink():
        path.symlink_to(source.readlink())
        return
    with path.open("xb") as stream:
        stream.write(source.read_bytes())
        stream.flush()
        os.fsync(stream.fileno())
    shutil.copymode(source, path)


def remove_empty(folder: Path) -> bool:
    """Remove a folder's empty folders, and it. Whether it is gone: no file is ever removed."""
    for path, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(path).rmdir()
    return not folder.exists()
