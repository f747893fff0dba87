"""What the outcome of the check that runs rests on: what the judge saw itself, or what it was told.

A method of evidence that gives an answer says whose word that is, by `@witnessed` or `@told`, and
each call of it is noted. Nobody else need know the class. What one such method asks of another is
its own affair: only the outermost is noted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from checker.report import Evidence

P = ParamSpec("P")
R = TypeVar("R")

MARK = "__evidence__"
"""What a marked method has as an attribute: its kind."""

_noted: set[Evidence] = set()
_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)
"""Also in the threads of a check, each of which has a value of its own."""


def witnessed(method: Callable[P, R]) -> Callable[P, R]:
    """Its answer is what the judge received, read or parsed itself."""
    return _marked(method, Evidence.WITNESSED)


def told(method: Callable[P, R]) -> Callable[P, R]:
    """Its answer is what the submission's own interpreter says."""
    return _marked(method, Evidence.TOLD)


def note(kind: Evidence) -> None:
    """An answer of that kind has come, or a failure in its place."""
    if not _is_silent.get():
        _noted.add(kind)


@contextmanager
def unnoted() -> Iterator[None]:
    """Within the block something is prepared, and no answer is looked at."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def begin() -> None:
    """Another check begins."""
    _noted.clear()


def evidence() -> Evidence | None:
    """What there is so far; None before there is any."""
    if len(_noted) > 1:
        return Evidence.PARTLY_TOLD
    return next(iter(_noted), None)


def _marked(method: Callable[P, R], kind: Evidence) -> Callable[P, R]:
    @wraps(method)
    def noted(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with unnoted():
                return method(*args, **kwargs)
        finally:
            note(kind)

    setattr(noted, MARK, kind)
    return noted
