"""An exception of the submission's as data, with the innermost place in the project's own code."""

import os
from pathlib import Path

from checker.subject.messages import Raised

MOST_MESSAGE = 2_000
_LONGEST = 20


def describe(error: BaseException, root: Path) -> Raised:
    """The first of a group is described, since a group itself says nothing."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    try:
        message = str(error)
    except BaseException as second:
        message = f"(its message cannot be shown: {type(second).__name__})"
    file, line = _place(error, root)
    if isinstance(error, SyntaxError) and (own := _inside(error.filename or "", root)):
        file, line, message = own, error.lineno or 1, error.msg
    message = message.replace(f"{root}{os.sep}", "")[:MOST_MESSAGE]
    return Raised(type(error).__name__, message, file, line)


def _place(error: BaseException, root: Path) -> tuple[str | None, int | None]:
    """The innermost place in the project, of the exception or else of what brought it about."""
    chain: list[BaseException | None] = [error]
    while (last := chain[-1]) is not None and len(chain) < _LONGEST:
        place: tuple[str | None, int | None] = (None, None)
        trace = last.__traceback__
        while trace is not None:
            if own := _inside(trace.tb_frame.f_code.co_filename, root):
                place = own, trace.tb_lineno
            trace = trace.tb_next
        if place[0] is not None:
            return place
        chain.append(last.__cause__ or last.__context__)
    return None, None


def _inside(filename: str, root: Path) -> str | None:
    if filename.startswith("<"):  # code made by a library, such as dataclasses
        return None
    path = Path(filename)
    if not path.is_absolute():
        path = root / path
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None
