"""Fork servers: processes that have done the slow part of starting once, and fork to do the rest.

A fork server is single-threaded and holds no socket but the one on which it is asked. A request is
one byte that carries a socket; what is forked for it talks on that socket alone. Nothing is ever
answered on the first, so that whoever asks may be killed at any moment.

The subject's own (`main`) imports the libraries, never the submission, and forks hosts.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from checker.subject.limits import adopt_orphans, children

_REST = 0.5
"""Seconds after which an idle server looks for forks that have ended."""

ISOLATED = ("-I", "-B", "-X", "utf8")
"""How Python is started for the subject: nothing from the environment, no file written."""


class ForkServer:
    """The handle on one. A server that was killed is started anew by the next `connect`.

    `argv` are Python's own arguments; the number of the server's socket is added to them. It works
    in the folder `cwd`, and what it writes to its standard error goes to the end of the file
    `errors`; by default both are ours.
    """

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        cwd: Path | None = None,
        errors: Path | None = None,
    ) -> None:
        self._argv = tuple(argv)
        self._cwd = cwd
        self._errors = errors
        self._env = dict(env) if env is not None else None
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._start()

    def connect(self) -> socket.socket:
        """The socket of a new fork. Raises OSError where the server is gone and is another's."""
        try:
            return self._ask()
        except OSError:
            if os.getpid() != self._owner:
                raise
            self.close()
            self._start()
            return self._ask()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def revive(self) -> None:
        """Start the server anew where it has been killed."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()

    def close(self) -> None:
        """End the server and everything that it forked."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)  # it ends by itself, with its forks, once cut off
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self._socket = None

    def _ask(self) -> socket.socket:
        assert self._socket is not None
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._socket, [b"f"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def _start(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = start(self._argv, theirs, self._env, self._cwd, self._errors)


def start(
    argv: Sequence[str],
    control: socket.socket,
    env: Mapping[str, str] | None,
    cwd: Path | None = None,
    errors: Path | None = None,
) -> subprocess.Popen[bytes]:
    """A Python process in a session of its own that owns the other end of a socket."""
    with errors.open("ab") if errors else contextlib.nullcontext() as stream:
        return subprocess.Popen(
            [sys.executable, *argv, str(control.fileno())],
            pass_fds=[control.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            cwd=cwd,
            env=dict(env) if env is not None else None,
            start_new_session=True,
        )


def serve(
    control: socket.socket,
    work: Callable[[socket.socket], None],
    others: Callable[[], set[int]] = set,
) -> None:
    """Fork to `work` on each socket that comes, until the one on which they come closes.

    `others` are child processes that are no forks of ours. Ctrl-C is somebody else's to act on.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    adopt_orphans()
    gc.collect()
    gc.freeze()
    forks: set[int] = set()
    while True:
        ready, _, _ = select.select([control], [], [], _REST if forks else None)
        _reap(forks, others())
        if not ready:
            continue
        asked, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not asked:
            break
        pid = os.fork()
        if pid == 0:
            _work(control, descriptors[0], work)
        forks.add(pid)
        os.close(descriptors[0])
    for pid in (*forks, *(set(children()) - others())):
        _kill(pid)


def _work(control: socket.socket, descriptor: int, work: Callable[[socket.socket], None]) -> None:
    """What a fork does. Never returns."""
    status = 1
    try:
        control.close()
        os.setsid()
        with socket.socket(fileno=descriptor) as ours:
            work(ours)
        status = 0
    finally:
        os._exit(status)


def _reap(forks: set[int], others: set[int]) -> None:
    """Reap the forks that have ended, and end what one that was killed has left behind."""
    for pid in list(forks):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            forks.remove(pid)
    for pid in children():
        if pid not in forks and pid not in others:
            _kill(pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def main(descriptor: int, preload: list[str], work: Callable[[socket.socket], None]) -> None:
    """The subject's fork server: import `preload`, then fork for each socket to `work` as a host.

    Among the modules' names may be a file of Python code with a function `exercise`, which is given
    those names and uses the libraries once.
    """
    from checker.subject.child import load

    files = [name for name in preload if name.endswith(".py")]
    for name in preload:
        if name not in files:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    if "uvicorn" in preload:
        for name in ("checker.subject.serving", "uvicorn.loops.auto"):
            importlib.import_module(name)
    for file in files:
        with contextlib.suppress(Exception):
            load(file).exercise(preload)
    with socket.socket(fileno=descriptor) as control:
        serve(control, work)
