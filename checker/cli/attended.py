"""One child process that runs the learner's code for the learner, until it or we are ended.

It is the head of a session of its own, so that whatever it has started ends with it.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import typer

GRACE = 5.0
"""Seconds in which a child that was asked to end must have ended."""

Happened = queue.SimpleQueue[signal.Signals | None]
"""What is waited for: a signal to us, or None once the child has ended.

Of all queues this one may be put to from a signal handler.
"""


def attended(
    argv: Sequence[str],
    root: Path,
    *,
    last: deque[str] | None = None,
    env: Mapping[str, str] | None = None,
) -> int | None:
    """Run our interpreter in the project. Returns its exit code, or None where it was we who ended.

    Its output is ours, or goes into `last`. When we are asked to end, the child gets SIGTERM, and
    SIGKILL after a while or when we are asked again.
    """
    happened: Happened = queue.SimpleQueue()
    with signals_to(happened):
        child = subprocess.Popen(
            [sys.executable, *argv],
            cwd=root,
            env=_environment({**os.environ, **(env or {})}),
            stdin=None if last is None else subprocess.DEVNULL,
            stdout=None if last is None else subprocess.PIPE,
            stderr=None if last is None else subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        guardian = _guardian(child)
        reader = threading.Thread(target=_read, args=(child, last), daemon=True)
        reader.start()
        threading.Thread(target=_wait, args=(child, happened), daemon=True).start()
        try:
            asked = happened.get() is not None
            if asked:
                _end(child, happened)
        finally:
            _sweep(child)
            _dismiss(guardian)
            reader.join(timeout=1.0)  # longer only where a daemon of the learner's holds it open
    return None if asked else child.wait()


_GUARDIAN = f"""
import os, signal, sys, time
if sys.stdin.buffer.read(1):
    sys.exit()
for number, seconds in ((signal.SIGTERM, {GRACE}), (signal.SIGKILL, 0)):
    late = time.monotonic() + seconds
    try:
        os.killpg(int(sys.argv[1]), number)
        while time.monotonic() < late:
            os.killpg(int(sys.argv[1]), 0)
            time.sleep(0.05)
    except OSError:
        sys.exit()
"""
"""Ends the child and what it has started if we are killed: our end of the pipe closes by that."""


def _guardian(child: subprocess.Popen[str]) -> subprocess.Popen[bytes] | None:
    if not hasattr(os, "killpg"):
        return None
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _GUARDIAN, str(child.pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _dismiss(guardian: subprocess.Popen[bytes] | None) -> None:
    if guardian is not None:
        with contextlib.suppress(BrokenPipeError):
            guardian.communicate(b".")


def _read(child: subprocess.Popen[str], last: deque[str] | None) -> None:
    if child.stdout is not None and last is not None:
        with child.stdout as output:
            last.extend(output)


def _wait(child: subprocess.Popen[str], happened: Happened) -> None:
    child.wait()
    happened.put(None)


def _end(child: subprocess.Popen[str], happened: Happened) -> None:
    """Ask the child to end, and wait until it has, or for as long as is fair."""
    child.terminate()
    try:
        if happened.get(timeout=GRACE) is None:
            return
    except queue.Empty:
        typer.echo(f"It did not end within {GRACE:.0f} seconds: stopped by force.", err=True)


def _sweep(child: subprocess.Popen[str]) -> None:
    """End by force what is left of the child and of what it has started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


@contextlib.contextmanager
def signals_to(happened: Happened) -> Iterator[None]:
    """While it lasts, what would end us goes to the queue instead. nohup is heeded."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
    numbers = [signal.Signals[name] for name in names if name in signal.Signals.__members__]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN or number is signal.SIGINT:  # nohup is to be heeded
            signal.signal(number, lambda which, _: happened.put(signal.Signals(which)))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The learner's environment, without what would have uvicorn listen elsewhere."""
    kept = {name: value for name, value in ours.items() if not name.startswith("UVICORN_")}
    return {"PYTHONUNBUFFERED": "1", **kept}
