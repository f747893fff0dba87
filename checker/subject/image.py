"""An image: a process that has imported the submission's code once, and forks it for each request.

A fork of it begins where an import ends, so that checks share the import and nothing else. Code
whose import starts a thread cannot be forked, nor can code whose import leaves something open that
forks would share: a connection, an event loop, a file. Nor can code that does not import. Such a
submission has no image, and every request then imports it anew.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from types import ModuleType

from checker.subject import child
from checker.subject.limits import descriptors, threads
from checker.subject.messages import (
    Answer,
    ChildRequest,
    HostRequest,
    Malformed,
    decode,
    encode,
    probes_of,
)

Serve = Callable[[socket.socket, Mapping[str, ModuleType]], None]
"""How an image answers requests on a socket, with the probes that it has loaded."""

_MARGIN = 5.0
"""Seconds beyond a request's own deadline after which the image counts as hung."""


class Image:
    """The host's handle on one image."""

    def __init__(self, pid: int, control: socket.socket) -> None:
        self.pid = pid
        self._control = control

    def ask(self, request: HostRequest, seconds: float) -> Answer | None:
        """None where the image was killed, hangs, or gives no answer that is one."""
        line = b""
        end = time.monotonic() + seconds + _MARGIN
        with contextlib.suppress(OSError, Malformed):
            self._control.sendall(encode(request))
            while not line.endswith(b"\n"):
                ready, _, _ = select.select([self._control], [], [], max(0, end - time.monotonic()))
                data = self._control.recv(1 << 20) if ready else b""
                if not data:
                    return None
                line += data
            answer: Answer = decode(line, Answer)
            return answer
        return None

    def end(self) -> None:
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    @property
    def descriptor(self) -> int:
        return self._control.fileno()


def make(request: ChildRequest, inherited: list[int], serve: Serve) -> Image | None:
    """Fork an image for requests like this one. None where the code is not fit for it.

    `inherited` are descriptors of the host's that the image has no use for.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        for descriptor in inherited:
            os.close(descriptor)
        _run(request, theirs, serve)
    theirs.close()
    image = Image(pid, ours)
    ready, _, _ = select.select([ours], [], [], request.context.deadline)
    if ready and ours.recv(1) == b"f":
        return image
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    image.end()
    return None


def settle(module: ModuleType) -> None:
    """Have libraries do at once what they put off until the first request, in every fork anew.

    That is what follows from the import alone: SQLAlchemy configures the mapped classes, and
    FastAPI makes routes of the routers that an app includes. Raises what they raise; code that was
    not settled tells it in its own time.
    """
    if orm := sys.modules.get("sqlalchemy.orm"):
        orm.configure_mappers()
    scope = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []}
    app = getattr(module, "app", None)
    for route in getattr(app, "routes", ()):
        route.matches({**scope, "app": app})


def _run(request: ChildRequest, control: socket.socket, serve: Serve) -> None:
    """Be an image: import the code, then fork for each request until the host hangs up."""
    fit = False
    probes = {}
    with contextlib.suppress(BaseException):
        child.prepare(request.context)
        before = descriptors()
        settle(importlib.import_module(request.context.image or ""))
        if file := probes_of(request):
            probes[file] = child.load(file)
        fit = threads() == 1 and descriptors() <= before
        gc.collect()
        gc.freeze()
    with contextlib.suppress(BaseException):
        if fit:
            control.send(b"f")
            serve(control, probes)
    os._exit(0)
