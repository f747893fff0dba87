"""The judge's handle on the subject."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from checker.subject.answers import Answer, Died, TimedOut, from_wire
from checker.subject.limits import ISOLATION

_MARGIN = 15.0
"""Seconds beyond a request's own deadline after which the host itself counts as hung."""


class Subject:
    """One host process and the way to ask it things. Not thread-safe. Use as a context manager.

    A host that was killed, by the submission or from outside, is started anew for the next request.
    """

    isolation = ISOLATION

    def __init__(self, preload: Sequence[str] = ()) -> None:
        self._preload = tuple(preload)
        self._home = Path(tempfile.mkdtemp(prefix="posts-home-")).resolve()
        self._outputs = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
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
    ) -> Answer:
        """Run one function of the lesson's probes beside the learner's code in `root`."""
        return self._ask(
            {"do": "probe", "probes": str(probes), "name": name, "args": dict(args)},
            root,
            env,
            deadline,
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
    ) -> Answer:
        """Serve `module:attribute` on the first Unix socket, probes on the second.

        The value is the server's process id, for `stop`. `setup` names a probe that runs in the
        server's process before the app is imported.
        """
        return self._ask(
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
        )

    def stop(self, pid: int, *, gently: bool = True) -> Answer:
        """Stop a server with SIGTERM, then with force; not `gently`, with force at once.

        Its last answer and output come back.
        """
        return self._exchange({"do": "stop", "pid": pid, "gently": gently}, 10.0)

    def close(self) -> None:
        """End the host and everything it started."""
        self._kill()
        for entry in sorted(self._home.rglob("*"), reverse=True):
            with contextlib.suppress(OSError):
                entry.rmdir() if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        with contextlib.suppress(OSError):
            self._home.rmdir()

    def _ask(
        self, request: dict[str, Any], root: Path, env: Mapping[str, str], deadline: float
    ) -> Answer:
        self._outputs += 1
        request |= {
            "root": str(root),
            "env": self.environment(env),
            "deadline": deadline,
            "cpu": int(deadline) + 60,
            "output": str(self._home / f"output-{self._outputs}"),
        }
        return self._exchange(request, deadline)

    def _exchange(self, request: dict[str, Any], deadline: float) -> Answer:
        if self._process is None or self._process.poll() is not None:
            self._kill()
            self._start()
        assert self._socket is not None and self._process is not None
        self._socket.settimeout(deadline + _MARGIN)
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            with self._socket.makefile("rb") as stream:
                line = stream.readline()
        except TimeoutError:
            self._kill()
            return TimedOut(deadline)
        except OSError:
            line = b""
        if not line:
            self._kill()
            return Died(-signal.SIGKILL)
        return from_wire(json.loads(line))

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    *("-I", "-B", "-X", "utf8", "-m", "checker.subject"),
                    str(theirs.fileno()),
                    *self._preload,
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=self.environment(
                    {"CHECKER_NO_FORK": "1"} if os.environ.get("CHECKER_NO_FORK") else {}
                ),
                start_new_session=True,
            )
        self._socket = ours

    def _kill(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            if self._process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.5)  # it ends by itself, with its children, once cut off
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self._socket = None
