"""The host: imports the libraries, never the submission, and starts a child for every request.

Single-threaded. Where `os.fork` exists a child is a fork, which shares the imports; elsewhere, or
with CHECKER_NO_FORK set, a fresh interpreter does the same work.
"""

import contextlib
import importlib
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.subject import child
from checker.subject.answers import Answer, Died, Raised, TimedOut, from_wire, to_wire
from checker.subject.limits import adopt_orphans

MOST_PRINTED = 16_000
"""How many bytes of a child's output travel with its answer: the last ones."""

_GRACE = 8.0
"""Seconds that a serving child has to stop after SIGTERM."""


@dataclass
class _Child:
    pid: int
    result: int
    token: str
    output: Path
    buffer: bytes = b""


class Host:
    """Answers requests from `control` until it closes."""

    def __init__(self, control: socket.socket, fork: bool) -> None:
        self._control = control
        self._fork = fork
        self._serving: dict[int, _Child] = {}

    def loop(self) -> None:
        hung_up = contextlib.suppress(BrokenPipeError, ConnectionResetError)
        with hung_up, self._control.makefile("rwb") as stream:
            for line in stream:
                request = json.loads(line)
                answer = self._answer(request)
                stream.write(json.dumps(to_wire(answer)).encode() + b"\n")
                stream.flush()
        for pid in list(self._serving):
            self._end(self._serving.pop(pid))

    def _answer(self, request: dict[str, Any]) -> Answer:
        if request["do"] == "stop":
            return self._stop(request["pid"], gently=request["gently"])
        running = self._start(request)
        answer = self._wait(running, request["deadline"])
        if request["do"] == "serve" and not isinstance(answer, Raised | Died | TimedOut):
            self._serving[running.pid] = running
        else:
            self._end(running)
        return _with_output(answer, running.output)

    def _start(self, request: dict[str, Any]) -> _Child:
        request["token"] = secrets.token_hex(8)
        read, write = os.pipe()
        output = Path(request["output"])
        if self._fork:
            pid = os.fork()
            if pid == 0:
                os.close(read)
                os.close(self._control.fileno())
                for other in self._serving.values():
                    os.close(other.result)
                child.run(request, write)
        else:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-m", "checker.subject.child"],
                stdin=subprocess.PIPE,
                stdout=write,
                start_new_session=True,
            )
            assert process.stdin is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.close()
            pid = process.pid
            process.returncode = 0  # reaped here, not by the Popen object
        os.close(write)
        return _Child(pid, read, request["token"], output)

    def _wait(self, running: _Child, seconds: float) -> Answer:
        """The child's next answer, its death, or the deadline, whichever is first."""
        end = time.monotonic() + seconds
        while b"\n" not in running.buffer:
            left = end - time.monotonic()
            if left <= 0:
                return TimedOut(seconds)
            ready, _, _ = select.select([running.result], [], [], min(left, 0.5))
            if ready:
                data = os.read(running.result, 1 << 20)
                running.buffer += data
                if data:
                    continue
            elif not _has_ended(running.pid):
                continue
            return Died(self._reap(running.pid, end))
        line, _, running.buffer = running.buffer.partition(b"\n")
        token, _, data = line.partition(b" ")
        if token != running.token.encode():
            return Raised("ValueError", "the code wrote over its own process's answer")
        return from_wire(json.loads(data))

    def _reap(self, pid: int, end: float) -> int:
        """The exit status. A child that closed its pipe but lives on is killed at the deadline."""
        while not _has_ended(pid):
            if time.monotonic() > end:
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.01)
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _stop(self, pid: int, *, gently: bool) -> Answer:
        running = self._serving.pop(pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM if gently else signal.SIGKILL)
        answer = self._wait(running, _GRACE)
        self._end(running)
        return _with_output(answer, running.output)

    def _end(self, running: _Child) -> None:
        """Kill what is left of the child, its group and anything that escaped from it."""
        os.close(running.result)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(running.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(running.pid, 0)
        for pid in _orphans():
            if pid not in self._serving:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def _has_ended(pid: int) -> bool:
    """Whether the child has ended; it stays to be reaped."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _orphans() -> list[int]:
    """This process's children, as Linux lists them; none elsewhere."""
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(pid) for pid in listed.split()]


def _with_output(answer: Answer, output: Path) -> Answer:
    try:
        with output.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - MOST_PRINTED))
            printed = stream.read().decode("utf-8", errors="replace")
    except OSError:
        printed = ""
    return type(answer)(**{**vars(answer), "printed": printed})


def main(descriptor: int, preload: list[str]) -> None:
    """Import `preload`, then answer requests on the inherited socket until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to act on
    adopt_orphans()
    fork = hasattr(os, "fork") and not os.environ.get("CHECKER_NO_FORK")
    if fork:
        for name in preload:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    with socket.socket(fileno=descriptor) as control:
        Host(control, fork).loop()
