"""Where a session's workers come from, and the handle on one."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.curriculum import Lesson
from checker.judge.session.messages import Reply, Request, Started, decode_reply, encode
from checker.subject.forkserver import ForkServer, start

_PATIENCE = 5.0
"""Seconds for a worker to send its process id, or to end once it is cut off."""


class Worker:
    """One worker: a process that has the lesson's checks collected."""

    def __init__(
        self, control: socket.socket, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._control = control
        self._process = process
        self._unread = b""
        self.pid = process.pid if process else None
        """None until the worker has sent it."""

    def fileno(self) -> int:
        return self._control.fileno()

    def send(self, request: Request) -> None:
        """Raises EOFError where it was killed."""
        try:
            self._control.sendall(encode(request))
        except OSError as error:
            raise EOFError("a worker was killed") from error

    def receive(self) -> Iterator[Reply]:
        """Its replies so far, waiting for the first. Raises Malformed, and EOFError where it
        was killed."""
        try:
            data = self._control.recv(1 << 20)
        except ConnectionResetError:
            data = b""
        if not data:
            raise EOFError("a worker was killed")
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            reply = decode_reply(line)
            if isinstance(reply, Started):
                self.pid = reply.pid
            yield reply

    def dismiss(self, *, wait: bool) -> None:
        """Have it clean up and end, and wait for that or not."""
        with self._control, contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
            if wait:
                self._await_end()

    def kill(self) -> None:
        """End it at once, with all its group, and wait until it is gone."""
        with self._control, contextlib.suppress(OSError, ValueError, EOFError):
            self._control.settimeout(_PATIENCE)
            while self.pid is None:
                list(self.receive())
            os.killpg(self.pid, signal.SIGKILL)
            self._await_end()

    def reap(self, *, wait: bool) -> bool:
        """Whether nothing is left to be done about its process."""
        if self._process is None:
            return True
        if wait:
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        return self._process.poll() is not None

    def _await_end(self) -> None:
        self._control.settimeout(2 * _PATIENCE)
        while self._control.recv(1 << 16):
            pass


class Workers(ABC):
    """A source of workers for one lesson, at a level of isolation. Threads may share it."""

    def __init__(self, lesson: Lesson, folder: Path, isolation: str) -> None:
        self._isolation = isolation
        self._root = lesson.folder.parents[1]
        self._lesson = lesson.id
        self._folder = folder
        self._errors = folder / "errors"
        """What the processes have written to their standard error: nothing, where all is well."""

    @abstractmethod
    def start(self) -> Worker:
        """A new worker."""

    def release(self, workers: Sequence[Worker]) -> None:  # noqa: B027 - not all have to
        """Take back workers that have been dismissed or killed."""

    @abstractmethod
    def close(self) -> None:
        """End every process."""

    @property
    def pid(self) -> int | None:
        """The process that workers are forked from, where there is one."""
        return None

    def complaint(self, most: int = 2_000) -> str:
        """The last characters of what the processes have complained of."""
        with contextlib.suppress(OSError):
            return self._errors.read_text("utf-8", errors="replace")[-most:].strip()
        return ""

    def _command(self, role: str) -> tuple[str, ...]:
        flags = ("-P", "-X", "utf8")
        return (*flags, "-m", "checker.judge", role, str(self._root), self._lesson, self._isolation)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "TMPDIR": str(self._folder)}


class ForkedWorkers(Workers):
    """Forked from a process that has pytest started and the checks collected."""

    def __init__(self, lesson: Lesson, folder: Path, isolation: str) -> None:
        super().__init__(lesson, folder, isolation)
        self._lock = threading.Lock()
        self._server = ForkServer(
            self._command("server"),
            self._environment(),
            cwd=self._root,  # the learner's own may be removed and made anew
            errors=self._errors,
        )

    def start(self) -> Worker:
        with self._lock:
            return Worker(self._server.connect())

    def close(self) -> None:
        with self._lock:
            self._server.close()

    @property
    def pid(self) -> int | None:
        return self._server.pid


class FreshWorkers(Workers):
    """Each starts Python, pytest and all."""

    def __init__(self, lesson: Lesson, folder: Path, isolation: str) -> None:
        super().__init__(lesson, folder, isolation)
        self._ending: list[Worker] = []

    def start(self) -> Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            process = start(
                self._command("worker"),
                theirs,
                self._environment(),
                cwd=self._root,
                errors=self._errors,
            )
        return Worker(ours, process)

    def release(self, workers: Sequence[Worker]) -> None:
        ending = [*self._ending, *workers]
        self._ending = [worker for worker in ending if not worker.reap(wait=False)]

    def close(self) -> None:
        for worker in self._ending:
            worker.reap(wait=True)
        self._ending = []
