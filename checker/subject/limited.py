"""Isolation by Landlock: without namespaces, most of the files are out of reach at least.

Hosts are forked from a warm server, as those of plain processes, and give up rights first.
"""

import os
import resource
import socket
from collections.abc import Sequence
from pathlib import Path

from checker.subject import kernel, landlock, seccomp, view
from checker.subject.enclosed import Enclosed
from checker.subject.host import Host
from checker.subject.limits import adopt_orphans
from checker.subject.messages import Enclosure, Malformed, Refused, Started, decode, encode


class Limited(Enclosed):
    """Hosts share the user, the processes that can be seen, and the network with the judge."""

    name = "limited"
    words = (
        "Landlock: the code that is graded reads the interpreter, the libraries and itself, and"
        " writes to its own folder alone. It is the same user, sees the machine's processes and can"
        " use its network, and its processes together are not limited: no place for strangers."
    )

    def enclose(self, folder: Path, files: Sequence[Path] = ()) -> None:
        self.enclosure = Enclosure(str(folder), tuple(map(str, files)), None)


def run(control: socket.socket) -> None:
    """Be a host that gives up rights: what a fork of the server does."""
    line, _, _, _ = socket.recv_fds(control, 1 << 16, 3)
    try:
        enclosure = decode(line, Enclosure)
        readable = [*view.readable(enclosure.files), Path("/proc"), Path("/etc/passwd")]
        kernel.give_up_privileges()
        devices = [Path("/dev", name) for name in view.DEVICES]
        landlock.restrict(readable, [Path(enclosure.folder), *devices])
        seccomp.apply()
    except (OSError, Malformed) as error:
        control.sendall(encode(Refused(str(error))))
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    adopt_orphans()
    control.sendall(encode(Started(os.getpid())))
    Host(control, fork=True).loop()
