"""Isolation by processes: hosts with a clean environment, children in groups with limits.

It keeps accidents in. Files that the user may read, and the network, are the submission's too.
"""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Sequence

from checker.subject.forkserver import ISOLATED, ForkServer, start
from checker.subject.isolation import Grants, HostProcess, Isolation


class Process(Isolation):
    """Hosts are forked from a server that has imported `preload`.

    Where fork is not to be had, each is a process that does without.
    """

    name = "process"
    words = (
        "Each submission has processes of its own with limits: accidents are kept in, attacks are"
        " not. Your files and your network are open to the code that is graded."
    )

    def __init__(self, preload: Sequence[str] = ()) -> None:
        self._server: ForkServer | None = None
        if can_fork():
            argv = (*ISOLATED, "-m", "checker.subject", "forkserver", *preload)
            env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
            self._server = ForkServer(argv, env)

    def start(self, grants: Grants) -> HostProcess:
        if self._server is not None:
            return HostProcess(self._server.connect())
        ours, theirs = socket.socketpair()
        with theirs:
            argv = (*ISOLATED, "-m", "checker.subject", "host")
            return _FreshHost(ours, start(argv, theirs, grants.environment()))

    def revive(self) -> None:
        if self._server is not None:
            self._server.revive()

    @property
    def processes(self) -> frozenset[int]:
        pid = self._server.pid if self._server else None
        return frozenset({pid} if pid else ())

    def close(self) -> None:
        if self._server is not None:
            self._server.close()


class _FreshHost(HostProcess):
    """A host that is a child of this process."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes]) -> None:
        super().__init__(control)
        self._process = process

    def end(self) -> None:
        super().end()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def can_fork() -> bool:
    """Whether processes may be forked here; CHECKER_NO_FORK says no where they could."""
    return hasattr(os, "fork") and not os.environ.get("CHECKER_NO_FORK")
