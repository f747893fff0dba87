"""The host of one grading: starts a child for every request, and kills what is left of it.

Single-threaded. Forked from the fork server, it has the libraries and forks its children in turn;
elsewhere, or with CHECKER_NO_FORK set, a fresh interpreter does a child's work. A request that
names an image is passed on to it.
"""

import contextlib
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from checker.subject import child, image
from checker.subject.limits import adopt_orphans, children
from checker.subject.messages import (
    Answer,
    ChildRequest,
    Context,
    Died,
    HostRequest,
    LaunchRequest,
    Malformed,
    Raised,
    Refused,
    ServeRequest,
    SignalRequest,
    Started,
    StopRequest,
    Task,
    TimedOut,
    Value,
    WaitRequest,
    decode,
    encode,
    probes_of,
)
from checker.subject.printed import last_printed

MOST_PRINTED = 16_000
"""How many bytes of a child's output travel with its answer: the last ones."""

FORGED = Raised("ValueError", "the code wrote over its own process's answer")
"""What is answered for a child whose answer is not one."""

ROUNDS = 200
"""How often what a child has left behind is looked for again."""

_GRACE = 8.0
"""Seconds that a serving child has to stop after SIGTERM."""

_ImageKey = tuple[str | None, str, tuple[tuple[str, str], ...]]


@dataclass
class _Child:
    pid: int
    result: int
    token: str
    output: Path
    buffer: bytes = b""


class Host:
    """Answers requests from `control` until it closes."""

    def __init__(
        self, control: socket.socket, fork: bool, probes: Mapping[str, ModuleType] | None = None
    ) -> None:
        self._control = control
        self._fork = fork
        self._probes = probes or {}
        """Probes that are loaded already, by their file."""
        self._dying: set[int] = set()
        """Children that were killed and are still to be reaped."""
        self._serving: dict[int, _Child] = {}
        self._images: dict[_ImageKey, image.Image | None] = {}
        self._image_servers: dict[int, image.Image] = {}
        """Servers that are an image's children."""

    @classmethod
    def run(cls, control: socket.socket) -> None:
        """Be a host that was forked: adopt orphans, and send its process id."""
        adopt_orphans()
        control.sendall(encode(Started(os.getpid())))
        cls(control, fork=True).loop()

    def loop(self) -> None:
        hung_up = contextlib.suppress(BrokenPipeError, ConnectionResetError)
        with hung_up, self._control.makefile("rwb") as stream:
            for line in stream:
                stream.write(encode(self._reply(line)))
                stream.flush()
        for pid in list(self._serving):
            self._end(self._serving.pop(pid))
        for pid in children():
            _kill(pid)

    def _reply(self, line: bytes) -> Answer | Refused:
        try:
            request: HostRequest = decode(line, HostRequest)
        except Malformed as error:
            return Refused(str(error))
        if isinstance(request, StopRequest | SignalRequest | WaitRequest):
            return self._tend(request)
        if isinstance(request, LaunchRequest):
            return self._launch(request)
        if self._fork and request.context.image and (found := self._image(request)):
            plain = replace(request, context=replace(request.context, image=None))
            answer = found.ask(plain, request.context.deadline)
            if answer is not None:
                if isinstance(request, ServeRequest) and isinstance(answer, Value):
                    self._image_servers[answer.value] = found
                return answer
        return self._perform(request)

    def _tend(self, request: StopRequest | SignalRequest | WaitRequest) -> Answer | Refused:
        """Do something about what runs."""
        match request:
            case StopRequest():
                return self._stop(request)
            case SignalRequest():
                return self._signal(request)
            case WaitRequest():
                return self._await_end(request)

    def _perform(self, request: ChildRequest) -> Answer:
        """Have a child of our own do it."""
        running = self._start(request)
        answer = self._wait(running, request.context.deadline)
        if isinstance(request, ServeRequest) and isinstance(answer, Value):
            self._serving[running.pid] = running
        else:
            self._end(running)
        return _with_output(answer, running.output)

    def _launch(self, request: LaunchRequest) -> Answer:
        """Its process id, once it is a program of its own: the end of its pipe closes then."""
        running = self._start(request)
        ready, _, _ = select.select([running.result], [], [], request.context.deadline)
        running.buffer = os.read(running.result, 1 << 20) if ready else b""
        if ready and not running.buffer:
            self._serving[running.pid] = running
            return Value(running.pid)
        answer = self._wait(running, 0.0)
        self._end(running)
        return _with_output(answer, running.output)

    def _signal(self, request: SignalRequest) -> Answer | Refused:
        if request.pid not in self._serving:
            return Refused(f"{request.pid} is nothing that this host has launched")
        os.kill(request.pid, request.number)  # not reaped yet, so it is nobody else's number
        return Value(None)

    def _await_end(self, request: WaitRequest) -> Answer | Refused:
        """How it ended, upon which all that it left running is killed."""
        running = self._serving.get(request.pid)
        if running is None:
            return Refused(f"{request.pid} is nothing that this host has launched")
        end = time.monotonic() + request.seconds
        while not _has_ended(request.pid):
            if time.monotonic() > end:
                return _with_output(TimedOut(request.seconds), running.output)
            time.sleep(0.01)
        del self._serving[request.pid]
        answer = Died(self._reap(request.pid, end))
        self._end(running)
        return _with_output(answer, running.output)

    def _image(self, request: ChildRequest) -> image.Image | None:
        """The image for such requests, made when the first one comes; None where none can be."""
        key = _image_key(request.context)
        if key not in self._images:
            self._images[key] = image.make(request, self._descriptors(), _serve_image)
        return self._images[key]

    def _descriptors(self) -> list[int]:
        """What a child has no use for: our own ends of pipes and sockets."""
        images = [each.descriptor for each in self._images.values() if each]
        results = [each.result for each in self._serving.values()]
        return [self._control.fileno(), *results, *images]

    def _start(self, request: ChildRequest) -> _Child:
        if isinstance(request, LaunchRequest) and not self._fork:
            request = replace(request, forked=False)  # there is nothing to fork from
        task = Task(secrets.token_hex(8), request)
        read, write = os.pipe()
        if self._fork:
            pid = os.fork()
            if pid == 0:
                for descriptor in (read, *self._descriptors()):
                    os.close(descriptor)
                child.run(task, write, self._probes.get(probes_of(request) or ""))
        else:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-m", "checker.subject.child"],
                stdin=subprocess.PIPE,
                stdout=write,
                start_new_session=True,
            )
            assert process.stdin is not None
            process.stdin.write(encode(task))
            process.stdin.close()
            pid = process.pid
            process.returncode = 0  # reaped here, not by the Popen object
        os.close(write)
        return _Child(pid, read, task.token, Path(request.context.output))

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
                if len(running.buffer) > 2 * child.MOST_ANSWER:
                    return FORGED
                if data:
                    continue
            elif not _has_ended(running.pid):
                continue
            return Died(self._reap(running.pid, end))
        line, _, running.buffer = running.buffer.partition(b"\n")
        token, _, data = line.partition(b" ")
        with contextlib.suppress(Malformed):
            if token == running.token.encode():
                answer: Answer = decode(data, Answer)
                return answer
        return FORGED

    def _reap(self, pid: int, end: float) -> int:
        """The exit status. A child that closed its pipe but lives on is killed at the deadline."""
        while not _has_ended(pid):
            if time.monotonic() > end:
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.01)
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _stop(self, request: StopRequest) -> Answer | Refused:
        if owner := self._image_servers.pop(request.pid, None):
            return owner.ask(request, _GRACE) or Died(-signal.SIGKILL)
        running = self._serving.pop(request.pid, None)
        if running is None:
            return Refused(f"{request.pid} is no server of this host's")
        answer: Answer = Died(-signal.SIGKILL)
        if request.gently:
            with contextlib.suppress(ProcessLookupError):
                os.kill(request.pid, signal.SIGTERM)
            answer = self._wait(running, _GRACE)
        self._end(running, at_once=not request.gently)
        return _with_output(answer, running.output)

    def _end(self, running: _Child, *, at_once: bool = False) -> None:
        """Kill what is left of the child, its group and anything that escaped from it.

        A killed process does nothing more, and takes its time to give its memory back: `at_once`,
        that is not waited for.
        """
        os.close(running.result)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(running.pid, signal.SIGKILL)
        if at_once:
            self._dying.add(running.pid)
        else:
            _kill(running.pid)
        self._dying = {pid for pid in self._dying if not _reaped(pid)}
        ours = {*self._serving, *(each.pid for each in self._images.values() if each)}
        for _ in range(ROUNDS):  # whoever loses its parent becomes ours, and so may its children
            left = [pid for pid in children() if pid not in ours and pid not in self._dying]
            if not left:
                return
            for pid in left:
                _kill(pid)
        _end_all()


def _end_all() -> None:
    """End what starts processes faster than they can be counted, with all else that is enclosed."""
    if os.getpid() == 1:
        os.kill(-1, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
    elif os.getppid() == 1:  # an image's own host: the first process ends what it leaves
        os._exit(1)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _reaped(pid: int) -> bool:
    """Whether the child is gone, and forgotten."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _has_ended(pid: int) -> bool:
    """Whether the child has ended; it stays to be reaped."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _with_output(answer: Answer, output: Path) -> Answer:
    return replace(answer, printed=last_printed(output, MOST_PRINTED))


def _image_key(context: Context) -> _ImageKey:
    return context.image, context.root, tuple(sorted(context.env.items()))


def _serve_image(control: socket.socket, probes: Mapping[str, ModuleType]) -> None:
    """Be an image's own host, until ours hangs up."""
    adopt_orphans()
    Host(control, fork=True, probes=probes).loop()


def main(descriptor: int) -> None:
    """Be a host that starts a fresh interpreter for each request, until its socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to act on
    adopt_orphans()
    with socket.socket(fileno=descriptor) as control:
        control.sendall(encode(Started(os.getpid())))
        Host(control, fork=False).loop()
