"""Runs one command line and turns however it ends into an exit code."""

import contextlib
import errno
import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

import typer

from checker.cli.endings import OWN_FAULT, PASSED, READER_GONE, STOPPED, USED_WRONGLY, Stopped
from checker.commands import stay_with
from checker.errors import UserError

COMPLETING = "_CHECKER_COMPLETE"
"""The variable by which a shell asks for completions, as Typer names it."""


def run(args: Sequence[str] | None = None) -> int:
    """Run the command that `args` name, or `sys.argv`. Returns the exit code.

    SIGTERM and SIGHUP end a command as Ctrl-C does.
    """
    if record := sys.modules.get("checker.workspace.record"):  # by an earlier call of ours
        record.forget()
    for name in ("COLUMNS", "LINES"):
        if not os.environ.get(name, "1").strip("0"):  # some terminals say 0 for what they ignore
            del os.environ[name]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a sign that it cannot show is no reason to stop
            stream.reconfigure(errors="replace")
    with ended_alike() as ended:
        try:
            from checker.cli.app import app

            _find_shell()
            code = int(app(args, prog_name="checker", standalone_mode=False) or PASSED)
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            code = _ended_by(error)
        else:
            if code == STOPPED:  # Typer's way to tell of a KeyboardInterrupt
                code = _ended_by(KeyboardInterrupt())
        finally:
            stay_with(None)
        return 128 + ended[-1] if code == STOPPED and ended else code


@contextlib.contextmanager
def ended_alike() -> Iterator[list[signal.Signals]]:
    """While it lasts, SIGTERM and SIGHUP raise KeyboardInterrupt; gives those that came."""
    came: list[signal.Signals] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        came.append(signal.Signals(number))
        raise KeyboardInterrupt

    before = {}
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup is heeded
            with contextlib.suppress(ValueError):  # not the main thread
                before[number] = signal.signal(number, interrupt)
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended_by(error: BaseException) -> int:
    """Say what is to be said about an exception, and give its exit code."""
    if isinstance(error, OSError) and (refused := _refused(error)):
        return _complain(*refused)
    match error:
        case UserError():
            return _complain(error.sentence, error.next_step)
        case typer.TyperException():
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "checker"
            return _complain(error.format_message(), f"See: {command} --help")
        case KeyboardInterrupt() | typer.Abort() | Stopped():
            with contextlib.suppress(OSError):
                print(error if isinstance(error, Stopped) else _stopped(), file=sys.stderr)
            return STOPPED
        case BrokenPipeError() | SystemExit():
            return _left(error)
        case _:
            return _apologise(error)


def _stopped() -> str:
    """What a command that was stopped had done by then."""
    from checker.workspace import record, shown

    done = [shown(path) for path in record.changed()]
    if not done:
        return "Stopped. Nothing was changed."
    more = f" and {len(done) - 3} more" if len(done) > 3 else ""
    return f"Stopped. By then this was changed: {', '.join(done[:3])}{more}."


def _refused(error: OSError) -> tuple[str, str] | None:
    """What the machine refused, and the next step; None where that is not the user's to mend."""
    if error.errno == errno.ENOSPC:
        _to_nowhere()
        return "The disk is full.", "Free some space and run the command again."
    try:
        Path.cwd()
    except FileNotFoundError:
        return (
            "The folder that you are in is gone.",
            "Go to another one with cd, and run the command again.",
        )
    home = os.environ.get("HOME")
    if home and error.filename and str(error.filename).startswith(home) and _is_setting_up():
        return (
            f"{error.filename} could not be written: {error.strerror}.",
            "It belongs to your home folder: make that writable, or set HOME to one that is.",
        )
    if error.errno == errno.EACCES and error.filename:
        return (
            f"{os.fsdecode(error.filename)} may not be looked at: {error.strerror}.",
            "Give yourself permission to read and to enter its folder (chmod u+rwx).",
        )
    return None


def _is_setting_up() -> bool:
    """Whether completion is being installed, the one command that writes at home."""
    return "--install-completion" in sys.argv


def _find_shell() -> None:
    """Raises UserError where completion is to be installed, and no shell has started this, nor is
    one named in the way that Typer has for tests."""
    if not _is_setting_up() or "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION" in os.environ:
        return
    import shellingham  # type: ignore[import-untyped]  # Typer's own way to find it

    try:
        shellingham.detect_shell()
    except shellingham.ShellDetectionFailure:
        raise UserError(
            "No shell was found that could complete anything.",
            "Type it at the prompt of bash, zsh or fish: checker --install-completion",
        ) from None


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
