"""What levels have in common whose hosts enclose themselves before they are asked anything."""

import contextlib
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.subject.forkserver import ISOLATED, ForkServer
from checker.subject.isolation import HOME, Grants, HostProcess, Isolation
from checker.subject.messages import Enclosure, Malformed, Refused, Started, decode, encode
from checker.subject.removal import remove

_PATIENCE = 60.0
"""Seconds for a host to enclose itself."""


class Enclosed(Isolation):
    """Hosts are forked from a server that has imported `preload`; its role is the level's name."""

    def __init__(self, preload: Sequence[str] = ()) -> None:
        env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
        argv = (*ISOLATED, "-m", "checker.subject", self.name, *preload)
        self._server = ForkServer(argv, env)
        self.enclosure: Enclosure | None = None
        """What hosts are told; known once the worker has called `enclose`."""
        self.descriptors: list[int] = []
        """What they are given with it."""
        self.shared: tuple[str, ...] = (HOME,)
        """The folders in the enclosure's that one check could leave something in for the next."""

    def clear(self) -> None:
        assert self.enclosure is not None
        for name in self.shared:
            place = Path(self.enclosure.folder, name)
            for each in place.iterdir() if place.is_dir() else ():
                remove(each)

    def start(self, grants: Grants) -> HostProcess:
        del grants
        assert self.enclosure is not None, "hosts are enclosed with the worker that asks for them"
        control = self._server.connect()
        try:
            socket.send_fds(control, [encode(self.enclosure)], self.descriptors)
            return _EnclosedHost(control)
        except BaseException:
            control.close()
            raise

    def revive(self) -> None:
        self._server.revive()

    @property
    def processes(self) -> frozenset[int]:
        return frozenset({self._server.pid} if self._server.pid else ())

    def close(self) -> None:
        self._server.close()


class _EnclosedHost(HostProcess):
    """A host that has said that it is enclosed. Raises OSError where it could not be."""

    def __init__(self, control: socket.socket) -> None:
        super().__init__(control)
        control.settimeout(_PATIENCE)
        try:
            said: Started | Refused = decode(self._stream.readline(), Started | Refused)
        except Malformed as error:
            raise OSError("the host ended before it was enclosed") from error
        if isinstance(said, Refused):
            raise OSError(said.reason)
        self.pid = said.pid

    def outside(self, pid: int) -> int | None:
        """Those inside may have numbers of their own, of which the innermost is theirs."""
        found = (each for each in _below(self.pid or 0) if _numbers(each)[-1:] == [pid])
        return next(found, None)


def _below(pid: int) -> Iterator[int]:
    """The processes that this one has started, and those that they have, as far as they live."""
    with contextlib.suppress(OSError):
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        for child in map(int, listed.split()):
            yield child
            yield from _below(child)


def _numbers(pid: int) -> list[int]:
    """A process's number in each of its namespaces, ours first."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("NSpid:"):
                return [int(number) for number in line.split()[1:]]
    return []
