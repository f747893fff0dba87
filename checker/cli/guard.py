"""Runs one command line and turns however it ends into an exit code."""

import contextlib
import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence

import typer

from checker.errors import UserError

PASSED = 0
FAILED = 1
USED_WRONGLY = 2
OWN_FAULT = 3
STOPPED = 130
"""As a shell reports a process that SIGINT ended."""
READER_GONE = 141
"""As a shell reports a process that SIGPIPE ended."""
COMPLETING = "_CHECKER_COMPLETE"
"""The variable by which a shell asks for completions, as Typer names it."""

_NOTHING_CHANGED = "Stopped. Nothing was changed."


class Stopped(Exception):
    """Ctrl-C in a command that had changed something by then; its text says what."""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command that `args` name, or `sys.argv`. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a sign that it cannot show is no reason to stop
            stream.reconfigure(errors="replace")
    try:
        from checker.cli.app import app

        code = int(app(args, prog_name="checker", standalone_mode=False) or PASSED)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        return _ended_by(error)
    if code == STOPPED:  # Typer's way to tell of a KeyboardInterrupt
        return _ended_by(KeyboardInterrupt())
    return code


def _ended_by(error: BaseException) -> int:
    """Say what is to be said about an exception, and give its exit code."""
    match error:
        case UserError():
            return _complain(error.sentence, error.next_step)
        case typer.TyperException():
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "checker"
            return _complain(error.format_message(), f"See: {command} --help")
        case KeyboardInterrupt() | typer.Abort() | Stopped():
            print(error if isinstance(error, Stopped) else _NOTHING_CHANGED, file=sys.stderr)
            return STOPPED
        case BrokenPipeError() | SystemExit():
            return _left(error)
        case OSError(errno=errno.ENOSPC):
            _to_nowhere()
            return _complain("The disk is full.", "Free some space and run the command again.")
        case _:
            return _apologise(error)


def _complain(sentence: str, next_step: str) -> int:
    with contextlib.suppress(OSError):
        print(sentence, next_step, sep="\n", file=sys.stderr)
    return USED_WRONGLY


def _left(error: BaseException) -> int:
    """Typer leaves by SystemExit when it has done with a completion, whose code shells read.

    Otherwise nobody reads what is printed any more; Typer and Rich say that by SystemExit, too.
    """
    if isinstance(error, SystemExit) and (error.code == PASSED or COMPLETING in os.environ):
        return int(error.code or PASSED)
    _to_nowhere()
    return READER_GONE


def _apologise(error: BaseException) -> int:
    print(
        "Sorry, this is the checker's own fault, not yours. Please report it with what follows.",
        file=sys.stderr,
    )
    traceback.print_exception(error)
    return OWN_FAULT


def _to_nowhere() -> None:
    """Let what is still buffered go nowhere, so that nothing fails again as Python ends."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
