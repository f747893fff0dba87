"""The fork server: imports the libraries once, never the submission, and forks hosts from them.

It is single-threaded, holds no secret and no socket but the one on which it is asked. A request is
one byte that carries a socket; the host that is forked for it talks on that socket alone. Nothing
is ever answered here, so a caller may be killed at any moment.
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
from collections.abc import Mapping, Sequence

from checker.subject.limits import adopt_orphans, children

_REST = 0.5
"""Seconds after which an idle server looks for hosts that have ended."""


class ForkServer:
    """The handle on one. A server that was killed is started anew by the next `connect`."""

    def __init__(self, preload: Sequence[str], env: Mapping[str, str]) -> None:
        self._preload = tuple(preload)
        self._env = dict(env)
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._start()

    def connect(self) -> socket.socket:
        """A new host's socket. Raises OSError where the server is gone and is not ours to start."""
        try:
            return self._ask()
        except OSError:
            if os.getpid() != self._owner:
                raise
            self.close()
            self._start()
            return self._ask()

    def close(self) -> None:
        """End the server and every host that it forked."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)  # it ends by itself, with its hosts, once cut off
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self._socket = None

    def _ask(self) -> socket.socket:
        assert self._socket is not None
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._socket, [b"h"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def _start(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = start("forkserver", theirs, self._preload, self._env)


def start(
    role: str, control: socket.socket, preload: Sequence[str], env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """A process of the subject's, in a session of its own, that owns the other end of a socket."""
    return subprocess.Popen(
        [
            sys.executable,
            *("-I", "-B", "-X", "utf8", "-m", "checker.subject"),
            role,
            str(control.fileno()),
            *preload,
        ],
        pass_fds=[control.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=dict(env),
        start_new_session=True,
    )


def main(descriptor: int, preload: list[str]) -> None:
    """Import `preload`, then fork a host for each socket that comes, until their source closes."""
    from checker.subject.host import Host

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to act on
    adopt_orphans()
    for name in preload:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    hosts: set[int] = set()
    with socket.socket(fileno=descriptor) as control:
        while True:
            ready, _, _ = select.select([control], [], [], _REST if hosts else None)
            _bury(hosts)
            if not ready:
                continue
            asked, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not asked:
                break
            pid = os.fork()
            if pid == 0:
                control.close()
                with socket.socket(fileno=descriptors[0]) as ours:
                    Host.run(ours)
                os._exit(0)
            hosts.add(pid)
            os.close(descriptors[0])
    for pid in (*hosts, *children()):
        _kill(pid)


def _bury(hosts: set[int]) -> None:
    """Reap the hosts that have ended, and end what one that was killed has left behind."""
    for pid in list(hosts):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            hosts.remove(pid)
    for pid in children():
        if pid not in hosts:
            _kill(pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
