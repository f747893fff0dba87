"""What a level of isolation is: what the submission's code is granted, and how it starts and ends.

A level is a module of its own with a subclass of `Isolation`, and a line in `levels.py`. Nothing
else knows which one is in use.
"""

import contextlib
import os
import signal
import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Self

from checker.subject.messages import Limits, Malformed, Started, decode

MEMORY = 2 * 1024**3
FILE_SIZE = 64 * 1024**2
OPEN_FILES = 1024
HOME = "home"
"""The folder of a submission's own files, in that of the worker that grades it."""
CPU_MARGIN = 60
"""Seconds of processor time beyond a request's deadline."""


class Network(StrEnum):
    """Which network the submission's code sees."""

    SHARED = "shared"
    """That of the machine."""
    OWN = "own"
    """One that nobody has but the code and its judge."""


@dataclass(frozen=True)
class Grants:
    """What the submission's code may use: three folders, a network, and resources in bytes."""

    home: Path
    tmp: Path
    output: Path
    """Where the files are that it prints to."""
    network: Network
    memory: int = MEMORY
    file_size: int = FILE_SIZE
    open_files: int = OPEN_FILES

    def limits(self, deadline: float) -> Limits:
        """What one child may use for a request with that deadline, in seconds."""
        cpu_seconds = int(deadline) + CPU_MARGIN
        return Limits(cpu_seconds, self.memory, self.file_size, self.open_files)

    def environment(self, extra: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """The whole environment that a child sees: nothing of the judge's but PATH."""
        clean = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return {**clean, **extra}


class HostProcess:
    """A running host, and everything that it starts."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._stream = control.makefile("rb")
        self.pid: int | None = None
        """Known once it has answered for the first time."""

    def ask(self, line: bytes, seconds: float) -> bytes:
        """The line that it answers; nothing where it has ended. Raises OSError, or TimeoutError
        where the answer takes longer."""
        self._control.settimeout(seconds)
        if self.pid is None:
            with contextlib.suppress(Malformed):
                started: Started = decode(self._stream.readline(), Started)
                self.pid = started.pid
        self._control.sendall(line)
        return self._stream.readline()

    def outside(self, pid: int) -> int | None:
        """The number by which this process knows one of the host's; None where it has ended."""
        return pid

    def end(self) -> None:
        """Cut it off, upon which it ends by itself; then use force."""
        with self._stream, self._control, contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
            self._control.settimeout(1.0)
            while self._control.recv(1 << 16):
                pass
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


class Isolation(ABC):
    """One level, with what its hosts share. Use as a context manager.

    It is handed to whoever needs a host, also across forks: `start` may be called in each.
    """

    name: ClassVar[str]
    """How reports call it."""
    is_safe: ClassVar[bool] = False
    """Whether code of people who are not to be trusted may be graded at it."""
    network: ClassVar[Network] = Network.SHARED
    words: ClassVar[str]
    """What it keeps apart and what not, in a sentence or two."""

    def enclose(self, folder: Path, files: Sequence[Path] = ()) -> None:  # noqa: B027
        """Called once in the process that will ask for hosts, before it uses the empty `folder`.

        Hosts may write there and nowhere else, and read these files of the lesson's. What the
        process itself writes has its place in the folder that `folder` is in. Raises OSError.
        """

    def clear(self) -> None:  # noqa: B027 - what is not enclosed has no such place
        """Empty the places where code could leave something for the next check."""

    def grants(self, folder: Path) -> Grants:
        """What is granted to the hosts that have this folder for their own."""
        return Grants(home=folder, tmp=folder, output=folder, network=self.network)

    @abstractmethod
    def start(self, grants: Grants) -> HostProcess:
        """A new host. Raises OSError where none can be had."""

    @abstractmethod
    def close(self) -> None:
        """End everything that the hosts share, and the hosts."""

    def revive(self) -> None:  # noqa: B027 - there need be nothing that they share
        """Start what the hosts share anew where it has been killed."""

    @property
    def processes(self) -> frozenset[int]:
        """The processes that the hosts share, children of the one that made this."""
        return frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
