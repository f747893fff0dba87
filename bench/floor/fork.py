"""Work done in a fork of this process."""

import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class WorkFailed(Exception):
    """The work raised; the text says what."""


@dataclass
class Ended(Exception):
    """The process ended without an answer. `status` as of `os.waitstatus_to_exitcode`."""

    status: int


def in_fork(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """What `work` gives back in a fork. Raises WorkFailed or Ended."""
    sys.stdout.flush()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _answer(partial(work, *args, **options), write)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        data = stream.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if not data:
        raise Ended(status)
    done, value = pickle.loads(data)  # noqa: S301 - our own fork's
    if not done:
        raise WorkFailed(value)
    found: T = value
    return found


def _answer(work: Callable[[], Any], descriptor: int) -> None:
    """Never returns."""
    status = 1
    try:
        try:
            data = pickle.dumps((True, work()))
        except Exception as error:
            data = pickle.dumps((False, f"{type(error).__name__}: {error}"))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        status = 0
    finally:
        os._exit(status)
