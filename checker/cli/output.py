"""Where `--output` writes: a file that is kept, what a link leads to, or what is open."""

import errno
import os
import re
import stat
import sys
from pathlib import Path

import typer

from checker.cli.lookup import shown
from checker.errors import UserError

STANDARD_OUTPUT = Path("-")


def deliver(text: str, output: Path | None, root: Path | None) -> None:
    """Print the text, or write it to the file. Raises UserError where that cannot be.

    What is there in the project `root` or in a workspace is kept.
    """
    if output is None or output == STANDARD_OUTPUT:
        typer.echo(text.rstrip("\n"))
        return
    content = text.encode(errors="replace")  # the learner's code may have said what is no text
    if (descriptor := _descriptor(output)) is not None:
        sys.stdout.flush()
        _write(descriptor, content, output)
        return
    target = _target(output)
    kept = _write_file(target, content, root)
    typer.echo(f"Written to {output}.", err=True)
    if kept is not None:
        typer.echo(f"What was there before: {shown(kept)}", err=True)


def refuse(output: Path | None) -> None:
    """Raises UserError where writing could only fail, so that nobody waits for a grading first."""
    if output is None or output == STANDARD_OUTPUT or _descriptor(output) is not None:
        return
    from checker.workspace.location import FOLDER
    from checker.workspace.writing import explained

    target = _target(output)
    with explained(output):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(output))
    if FOLDER in target.parts:
        raise UserError(
            f"{output} is in {FOLDER}/, which is the checker's own.", "Name another file."
        )


def _descriptor(output: Path) -> int | None:
    """The number, if it names something that this process has open: `/dev/stdout` for one."""
    name = os.path.abspath(output)  # noqa: PTH100  (resolve() would follow it to a file or a pipe)
    if name in {"/dev/stdout", "/dev/stderr"}:
        return 1 if name == "/dev/stdout" else 2
    found = re.fullmatch(rf"/(?:dev|proc/(?:self|{os.getpid()}))/fd/(\d+)", name)
    if found is None:
        return _the_same_as_ours(output)
    return int(found[1])


def _the_same_as_ours(output: Path) -> int | None:
    """Standard output's, where it goes to that very file: replacing it would lose the rest."""
    try:
        if os.path.samestat(output.stat(), os.fstat(sys.stdout.fileno())):
            return sys.stdout.fileno()
    except (OSError, ValueError):
        pass
    return None


def _target(output: Path) -> Path:
    """Where a symbolic link leads; the link itself stays."""
    from checker.workspace.writing import explained

    try:
        return output.resolve() if output.is_symlink() else output
    except RuntimeError as error:  # Python 3.12 and older: a link that leads back to itself
        with explained(output):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
        raise


def _write(descriptor: int, content: bytes, output: Path) -> None:
    from checker.workspace.writing import explained

    with explained(output):
        while content:
            content = content[os.write(descriptor, content) :]


def _write_file(target: Path, content: bytes, root: Path | None) -> Path | None:
    """Write it whole. Gives where what was there is kept, if that may be the learner's work."""
    from checker.workspace import overwrite, write_whole
    from checker.workspace.record import note
    from checker.workspace.writing import explained

    with explained(target):
        mode = target.stat().st_mode if target.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        _write_device(target, content)
        return None
    workspace = _workspace_of(target)
    if mode is not None and workspace is not None:
        name = target.absolute().relative_to(workspace).as_posix()
        return overwrite(workspace, {name: content}, reason="output").backup
    kept = _copy(target) if mode is not None and root and _is_in(target, root) else None
    write_whole(target, content)
    note(target)
    return kept


def _write_device(target: Path, content: bytes) -> None:
    """A device or a pipe has nothing to keep. A pipe that nobody reads is not waited for."""
    from checker.workspace.writing import explained

    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise UserError(
                f"{target} is a pipe that nobody reads.", "Start what is to read it first."
            ) from error
        with explained(target):
            raise
    try:
        os.set_blocking(descriptor, True)
        _write(descriptor, content, target)
    finally:
        os.close(descriptor)


def _workspace_of(target: Path) -> Path | None:
    from checker.workspace import is_workspace

    return next((each for each in target.absolute().parents if is_workspace(each)), None)


def _is_in(target: Path, root: Path) -> bool:
    return target.resolve().is_relative_to(root.resolve())


def _copy(target: Path) -> Path:
    """Keep a project's file that has no workspace for backups beside it, as `cp --backup` does."""
    from checker.workspace.moving import put

    number = 1
    while True:
        kept = target.with_name(f"{target.name}.~{number}~")
        try:
            put(target, kept)
        except FileExistsError:
            number += 1
        else:
            return kept
