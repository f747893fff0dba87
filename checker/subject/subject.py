"""The judge's handle on the subject."""

import signal
import socket
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from checker.subject.child import MOST_ANSWER
from checker.subject.isolation import HostProcess, Isolation
from checker.subject.levels import isolate
from checker.subject.messages import (
    Answer,
    CallRequest,
    CommandRequest,
    Context,
    Died,
    HostRequest,
    LaunchRequest,
    Malformed,
    ProbeRequest,
    Raised,
    Refused,
    ServeRequest,
    SignalRequest,
    StopRequest,
    TimedOut,
    Value,
    WaitRequest,
    decode,
    encode,
)
from checker.subject.removal import remove

_MARGIN = 15.0
"""Seconds beyond a request's own deadline after which the host itself counts as hung."""


class ProtocolError(Exception):
    """The two sides do not understand each other: a fault of the checker's own."""


class Subject:
    """One host and the way to ask it things. Not thread-safe. Use as a context manager.

    The host is kept apart as `isolation` does it, or by a level of its own whose hosts have
    imported `preload`. A host that was killed, by the submission or from outside, is replaced for
    the next request. `home` is an empty folder for the submission's own files; without one it is a
    temporary folder.
    """

    def __init__(
        self,
        preload: Sequence[str] = (),
        *,
        isolation: Isolation | None = None,
        home: Path | None = None,
    ) -> None:
        self._home = home or Path(tempfile.mkdtemp(prefix="posts-home-")).resolve()
        self._own: Isolation | None = None
        if isolation is None:
            isolation = self._own = isolate(preload)
        self._isolation = isolation
        self.grants = self._isolation.grants(self._home)
        self._outputs = 0
        self._served: dict[int, Path] = {}
        self._host: HostProcess | None = self._isolation.start(self.grants)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        context = self._context(root, env, deadline, image)
        return self._ask(ProbeRequest(context, str(probes), name, dict(args)), deadline)

    def command(
        self, argv: Sequence[str], *, root: Path, env: Mapping[str, str], deadline: float
    ) -> Answer:
        """Run a Python module as `python -m` would; the value is its exit status."""
        return self._ask(CommandRequest(self._context(root, env, deadline), tuple(argv)), deadline)

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
        request = ServeRequest(
            self._context(root, env, deadline, image),
            app,
            address=str(sockets[0]),
            side=str(sockets[1]),
            probes=str(probes) if probes else None,
            setup=setup,
            args=dict(args or {}),
        )
        answer = self._ask(request, deadline)
        if isinstance(answer, Value):
            self._served[answer.value] = Path(request.context.output)
        return answer

    def launch(
        self,
        argv: Sequence[str],
        *,
        root: Path,
        env: Mapping[str, str],
        deadline: float,
        forked: bool = False,
    ) -> Answer:
        """Start a Python module as `python -m` would, in an interpreter of its own.

        The value is its process id, for `signal`, `wait` and `stop`. `deadline` is for the start.
        One that is `forked` shares what the host has imported, where hosts can fork: it starts ten
        times faster, and has the same random `hash` of texts as others that are.
        """
        request = LaunchRequest(self._context(root, env, deadline), tuple(argv), forked)
        answer = self._ask(request, deadline)
        if isinstance(answer, Value):
            self._served[answer.value] = Path(request.context.output)
        return answer

    def signal(self, pid: int, number: int) -> Answer:
        """Send a signal to what was launched and not waited for."""
        return self._ask(SignalRequest(pid, number), 10.0)

    def wait(self, pid: int, seconds: float) -> Answer:
        """How what was launched ended, as Died; TimedOut where it runs on after the seconds."""
        return self._ask(WaitRequest(pid, seconds), seconds)

    def outside(self, pid: int) -> int | None:
        """The number by which this process knows one that was launched, which may have another
        one inside; None where it has ended."""
        return self._host.outside(pid) if self._host is not None else None

    def call(self, side: Path, name: str, args: Mapping[str, Any], *, deadline: float) -> Answer:
        """Run a probe inside the server whose second socket is `side`, in its event loop."""
        try:
            end = time.monotonic() + deadline
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
                talk.settimeout(deadline)
                talk.connect(str(side))
                talk.sendall(encode(CallRequest(name, dict(args))))
                return _understood(_line(talk, end))
        except TimeoutError:
            return TimedOut(deadline)
        except (OSError, Malformed) as error:
            return Raised("ConnectionError", f"the server gave no answer: {error}")

    def output_of(self, pid: int) -> Path:
        """The file that a server prints to."""
        return self._served[pid]

    def stop(self, pid: int, *, gently: bool = True) -> Answer:
        """Stop a server with SIGTERM, then with force; not `gently`, with force at once.

        Its last answer and output come back.
        """
        return self._ask(StopRequest(pid, gently), 10.0)

    def close(self) -> None:
        """End the host and everything it started."""
        self._end_host()
        if self._own is not None:
            self._own.close()
        remove(self._home)

    def _context(
        self, root: Path, env: Mapping[str, str], deadline: float, image: str | None = None
    ) -> Context:
        self._outputs += 1
        return Context(
            root=str(root),
            env=self.grants.environment(env),
            output=str(self.grants.output / f"output-{self._outputs}"),
            limits=self.grants.limits(deadline),
            deadline=deadline,
            image=image,
        )

    def _ask(self, request: HostRequest, deadline: float) -> Answer:
        """The host's answer. A host that is gone, hangs or talks nonsense is ended."""
        if self._host is None:
            self._host = self._isolation.start(self.grants)
        answer: Answer
        try:
            answer = _understood(self._host.ask(encode(request), deadline + _MARGIN))
        except TimeoutError:
            answer = TimedOut(deadline)
        except (OSError, Malformed):
            answer = Died(-signal.SIGKILL)
        else:
            return answer
        self._end_host()
        return answer

    def _end_host(self) -> None:
        if self._host is not None:
            self._host.end()
            self._host = None


def _line(talk: socket.socket, end: float) -> bytes:
    """What comes until a line or the connection ends. Raises TimeoutError at `end`, of the
    monotonic clock, and OSError where it is too long."""
    found = b""
    while not found.endswith(b"\n"):
        if (left := end - time.monotonic()) <= 0:
            raise TimeoutError
        talk.settimeout(left)
        data = talk.recv(1 << 20)
        if not data:
            break
        found += data
        if len(found) > 2 * MOST_ANSWER:
            raise OSError("the answer has no end")
    return found


def _understood(line: bytes) -> Answer:
    """The answer in a line. Raises Malformed, and ProtocolError where there is a refusal."""
    answer: Answer | Refused = decode(line, Answer, Refused)
    if isinstance(answer, Refused):
        raise ProtocolError(answer.reason)
    return answer
