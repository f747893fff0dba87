"""Files written whole or not at all, and a failure to write in one sentence."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from checker.errors import UserError


def write_whole(path: Path, content: bytes) -> None:
    """Write one file so that a reader finds either its old content or all of the new.

    Raises UserError; the old content then stays.
    """
    staged = path.with_name(f".{path.name}.{os.getpid()}.new")  # see in_use
    stage(staged, content, like=path)
    try:
        commit(staged, path)
    except BaseException:
        discard(staged)
        raise


def stage(staged: Path, content: bytes, *, like: Path) -> None:
    """Write `content` to disk, as a file with the permissions of that which it is to replace.

    Raises UserError, which names the file that is to be replaced.
    """
    with explained(like):
        staged.parent.mkdir(parents=True, exist_ok=True)
        try:
            with staged.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if like.exists():
                shutil.copymode(like, staged)
        except BaseException:
            discard(staged)
            raise


def commit(staged: Path, path: Path) -> None:
    """Put a staged file in its place, in one step that takes no room on the disk."""
    with explained(path):
        staged.replace(path)


def in_use(staged: Path) -> bool:
    """Whether the process that writes such a file is still there, as far as we can ask."""
    number = staged.suffixes[-2].removeprefix(".") if len(staged.suffixes) > 1 else ""
    if not number.isdecimal() or os.name != "posix":
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return int(number) != os.getpid()


def discard(staged: Path) -> None:
    with contextlib.suppress(OSError):
        staged.unlink(missing_ok=True)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the operating system's refusal to touch `path` into a UserError."""
    try:
        yield
    except BrokenPipeError:  # nobody reads any more: no refusal
        raise
    except OSError as error:
        raise explain(error, path) from error


def explain(error: OSError, path: Path) -> UserError:
    """What the operating system refused, as one sentence and a next step."""
    sentence, next_step = _REFUSALS.get(
        error.errno or 0,
        ("{path} could not be written: {reason}.", f"Mend that. {_AGAIN}"),
    )
    reason = error.strerror or str(error)
    file = _file_in_the_way(path) if "{file}" in sentence else path
    return UserError(sentence.format(path=path, file=file, reason=reason), next_step)


def unreadable(path: Path) -> UserError:
    return UserError(f"{path} cannot be read.", "Give yourself permission to read it.")


_AGAIN = "Run the command again; what was there is untouched."
_FILE_IN_THE_WAY = ("{file} is a file where a folder should be.", f"Move it. {_AGAIN}")
_NO_PERMISSION = (
    "You have no permission to write {path}.",
    "Give yourself write permission there, or use another folder with --path.",
)
_REFUSALS = {
    errno.ENOSPC: ("The disk is full: {path} could not be written.", f"Free some space. {_AGAIN}"),
    errno.EDQUOT: (
        "Your disk quota is used up: {path} could not be written.",
        f"Free some space. {_AGAIN}",
    ),
    errno.EROFS: (
        "{path} is on a disk that can only be read.",
        "Use a folder that you can write to, with --path.",
    ),
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.ENOTDIR: _FILE_IN_THE_WAY,
    errno.EEXIST: _FILE_IN_THE_WAY,
    errno.EISDIR: ("{path} is a folder where a file should be.", f"Move it. {_AGAIN}"),
    errno.ESPIPE: ("{path} is no ordinary file: a pipe or a device.", f"Move it. {_AGAIN}"),
    errno.ELOOP: ("{path} is a link that leads back to itself.", f"Remove it. {_AGAIN}"),
}


def _file_in_the_way(path: Path) -> Path:
    return next((p for p in path.parents if p.exists() and not p.is_dir()), path)
