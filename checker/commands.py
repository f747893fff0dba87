"""The checker's commands as they are named to the learner: about the project that they named."""

import shlex
from contextvars import ContextVar
from pathlib import Path

_path: ContextVar[str | None] = ContextVar("path", default=None)


def stay_with(path: Path | None) -> None:
    """Name from now on every command with this `--path`, or with none."""
    _path.set(None if path is None else str(path))


def command(line: str = "") -> str:
    """`checker LINE`, with the `--path` that the running command was given.

    Alone, `checker` goes on where the learner is; of another folder that is asked by `watch`.
    """
    path = _path.get()
    if path is None:
        return f"checker {line}".rstrip()
    return f"checker {line or 'watch'} --path {shlex.quote(path)}"
