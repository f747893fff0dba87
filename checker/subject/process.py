"""The judge's handle on the subject."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from checker.subject.answers import Answer, Died, TimedOut, Value, from_wire
from checker.subject.forkserver import ISOLATED, ForkServer, start
from checker.subject.limits import ISOLATION

_MARGIN = 15.0
"""Seconds beyond a request's own deadline after which the host itself counts as hung."""


class Subject:
    """One host and the way to ask it things. Not thread-safe. Use as a context manager.

    The host comes from `server`, or from a fork server of its own that imports `preload`; where
    fork is not to be had, it is a process that does without. A host that was killed, by the
    submission or from outside, is replaced for the next request. `home` is an empty folder for the
    submission's HOME and TMPDIR; without one it is a temporary folder.
    """

    isolation = ISOLATION

    def __init__(
        self,
        preload: Sequence[str] = (),
        *,
        server: ForkServer | None = None,
        home: Path | None = None,
    ) -> None:
        self._home = home or Path(tempfile.mkdtemp(prefix="posts-home-")).resolve()
        self._outputs = 0
        self._served: dict[int, Path] = {}
        self._own: ForkServer | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._pid: int | None = None
        if server is None and can_fork():
            server = self._own = subject_server(preload, self.environment())
        self._server = server
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def environment(self, extra: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """The whole environment that a child sees: nothing of the judge's but PATH."""
        clean = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "TMPDIR": str(self._home),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return {**clean, **extra}

    def probe(
        self,
        probes: Path,
        name: str,
        args: Mapping[str, Any],
        *,
        root: Path,
        env: Mapping[str, str],
        deadline: float,
        image: str | None = None,
    ) -> Answer:
        """Run one function of the lesson's probes beside the learner's code in `root`.

        `image` is a module of the project that may have been imported once for several requests of
        the same `root` and `env`.
        """
        return self._ask(
            {"do": "probe", "probes": str(probes), "name": name, "args": dict(args)},
            root,
            env,
            deadline,
            image,
        )

    def command(
        self, argv: Sequence[str], *, root: Path, env: Mapping[str, str], deadline: float
    ) -> Answer:
        """Run a Python module as `python -m` would; the value is its exit status."""
        return self._ask({"do": "command", "argv": list(argv)}, root, env, deadline)

    def serve(
        self,
        app: str,
        *,
        sockets: tuple[Path, Path],
        root: Path,
        env: Mapping[str, str],
        deadline: float,
        probes: Path | None = None,
        setup: str | None = None,
        args: Mapping[str, Any] | None = None,
        image: str | None = None,
    ) -> Answer:
        """Serve `module:attribute` on the first Unix socket, probes on the second.

        The value is the server's process id, for `stop`. `setup` names a probe that runs in the
        server's process before the app starts; where there is no image, before its import too.
        """
        answer = self._ask(
            {
                "do": "serve",
                "app": app,
                "socket": str(sockets[0]),
                "side": str(sockets[1]),
                "probes": str(probes) if probes else None,
                "name": setup,
                "args": dict(args or {}),
            },
            root,
            env,
            deadline,
            image,
        )
        if isinstance(answer, Value):
            self._served[answer.value] = self._output
        return answer

    def output_of(self, pid: int) -> Path:
        """The file that a server prints to."""
        return self._served[pid]

    def stop(self, pid: int, *, gently: bool = True) -> Answer:
        """Stop a server with SIGTERM, then with force; not `gently`, with force at once.

        Its last answer and output come back.
        """
        return self._exchange({"do": "stop", "pid": pid, "gently": gently}, 10.0)

    def close(self) -> None:
        """End the host and everything it started."""
        self._kill()
        if self._own is not None:
            self._own.close()
        for entry in sorted(self._home.rglob("*"), reverse=True):
            with contextlib.suppress(OSError):
                entry.rmdir() if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        with contextlib.suppress(OSError):
            self._home.rmdir()

    def _ask(
        self,
        request: dict[str, Any],
        root: Path,
        env: Mapping[str, str],
        deadline: float,
        image: str | None = None,
    ) -> Answer:
        self._outputs += 1
        request |= {
            "root": str(root),
            "env": self.environment(env),
            "deadline": deadline,
            "cpu": int(deadline) + 60,
            "output": str(self._output),
            "image": image,
        }
        return self._exchange(request, deadline)

    @property
    def _output(self) -> Path:
        """The file of the last request that was made."""
        return self._home / f"output-{self._outputs}"

    def _exchange(self, request: dict[str, Any], deadline: float) -> Answer:
        if self._socket is None:
            self._start()
        try:
            line = self._told(request, deadline)
        except TimeoutError:
            self._kill()
            return TimedOut(deadline)
        except OSError:
            line = b""
        if not line:
            self._kill()
            return Died(-signal.SIGKILL)
        return from_wire(json.loads(line))

    def _told(self, request: dict[str, Any], deadline: float) -> bytes:
        """The line that the host answers; nothing where it has ended. Raises OSError."""
        assert self._socket is not None
        self._socket.settimeout(deadline + _MARGIN)
        with self._socket.makefile("rb") as stream:
            if self._pid is None:
                self._pid = int(stream.readline() or 0) or None
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            return stream.readline()

    def _start(self) -> None:
        if self._server is not None:
            self._socket = self._server.connect()
            return
        self._socket, theirs = socket.socketpair()
        with theirs:
            argv = (*ISOLATED, "-m", "checker.subject", "host")
            self._process = start(argv, theirs, self.environment())

    def _kill(self) -> None:
        """End the host and everything it started: by cutting it off, then with force."""
        if self._socket is not None:
            with self._socket, contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)
                self._socket.settimeout(1.0)
                while self._socket.recv(1 << 16):
                    pass
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self._socket = self._pid = None


def subject_server(preload: Sequence[str], env: Mapping[str, str] | None = None) -> ForkServer:
    """A fork server that has imported `preload`, for subjects to get their hosts from."""
    if env is None:
        env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    return ForkServer((*ISOLATED, "-m", "checker.subject", "forkserver", *preload), env)


def can_fork() -> bool:
    """Whether processes may be forked here; CHECKER_NO_FORK says no where they could."""
    return hasattr(os, "fork") and not os.environ.get("CHECKER_NO_FORK")
