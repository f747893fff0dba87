"""Isolation by Linux namespaces: what is graded sees nothing of the machine but what Python needs.

The worker of a grading has mounts and a network of its own, with a folder in memory of limited
size, and shares them with its hosts: so the judge reads the files and answers the connections of
the code, and both are gone when the worker ends. A host also has processes, a view of the file
system, a user and names of its own. It is forked from a warm server, encloses itself before it
reads its first request, and all that it has started ends with it.
"""

import contextlib
import os
import resource
import select
import signal
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path

from checker.subject import kernel, seccomp, view
from checker.subject.enclosed import Enclosed
from checker.subject.host import Host
from checker.subject.isolation import HOME, Network
from checker.subject.limits import adopt_orphans
from checker.subject.messages import Enclosure, Malformed, Refused, Started, decode, encode

ROOM = 256 * 1024**2
"""Bytes that a grading's worker has for the files of the code that it grades."""
FILES = 20_000
PROCESSES = 256
"""Threads among them, of one host."""
MEMORY = 2 * 1024**3
"""Bytes of all processes of a host together; somewhat more until it is seen."""
_LOOK = 0.2
"""Seconds between two looks at that."""


class Namespaces(Enclosed):
    """Hosts share mounts and the network with the worker of the judge that asks for them."""

    name = "namespaces"
    is_safe = True
    network = Network.OWN
    words = (
        "Linux namespaces: the code that is graded sees the interpreter, the libraries and itself,"
        " no network but its own, no process but its own, and as root it is another user; its"
        " processes, memory, time and files are limited. It runs on this machine's kernel, and what"
        " its own interpreter answers is its own word."
    )

    def enclose(self, folder: Path, files: Sequence[Path] = ()) -> None:
        privileged = kernel.is_privileged()
        uid = kernel.another_user(os.getpid()) if privileged else None
        own = os.geteuid(), os.getegid()
        users = 0 if privileged else kernel.NEW_USERS
        kernel.unshare(users | kernel.NEW_MOUNTS | kernel.NEW_NETWORK)
        if not privileged:
            kernel.map_own_user(*own)
        kernel.keep_mounts_private()
        kernel.bind(folder.parent, folder.parent, attributes=0)
        kernel.restrict(Path("/"), kernel.READ_ONLY)  # the judge's too: it may be led astray
        kernel.restrict(folder.parent, 0, allowed=kernel.READ_ONLY)
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder.parent)
        room = f"size={ROOM},nr_inodes={FILES},mode=700"
        if uid is not None:
            room += f",uid={uid},gid={uid}"
        flags = kernel.NO_SUID | kernel.NO_DEVICES | kernel.NO_LINKS
        kernel.mount("grading", folder, "tmpfs", flags, room)
        kernel.start_loopback()
        if uid is not None:
            kernel.make_files_as(uid)
        (folder / view.SCRATCH).mkdir()
        self.shared = (HOME, view.SCRATCH)
        self.enclosure = Enclosure(str(folder), tuple(map(str, files)), uid)
        kinds = ("mnt", "net") if privileged else ("user", "mnt", "net")
        self.descriptors = [os.open(f"/proc/self/ns/{kind}", os.O_RDONLY) for kind in kinds]


def run(control: socket.socket) -> None:
    """Be a host that encloses itself: what a fork of the server does."""
    line, namespaces, _, _ = socket.recv_fds(control, 1 << 16, 3)
    try:
        enclosure = decode(line, Enclosure)
        for namespace in namespaces:
            kernel.enter(namespace)
            os.close(namespace)
        kernel.unshare(
            kernel.NEW_MOUNTS
            | kernel.NEW_PIDS
            | kernel.NEW_IPC
            | kernel.NEW_NAMES
            | kernel.NEW_CGROUPS
        )
        outside = os.getpid()
        kernel.end_with_parent()
        pid = os.fork()
    except (OSError, Malformed) as error:
        control.sendall(encode(Refused(str(error))))
        return
    if pid:
        control.close()
        _watch(pid)
        return
    try:
        _enclose(enclosure)
    except OSError as error:
        control.sendall(encode(Refused(str(error))))
        return
    control.sendall(encode(Started(outside)))
    Host(control, fork=True).loop()


def _enclose(enclosure: Enclosure) -> None:
    """Be the first process inside. Raises OSError."""
    kernel.end_with_parent()
    uid = enclosure.uid if enclosure.uid is not None else os.geteuid()
    gid = enclosure.uid if enclosure.uid is not None else os.getegid()
    view.enter(Path(enclosure.folder), enclosure.files, uid)
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")  # before the judge
    if enclosure.uid is not None:
        kernel.become(enclosure.uid)
        kernel.set_dumpable(True)  # or its own maps could not be written
    kernel.unshare(kernel.NEW_USERS)
    kernel.map_own_user(uid, gid)
    kernel.give_up_privileges()
    kernel.end_with_parent()
    kernel.set_dumpable(False)
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seccomp.apply()
    adopt_orphans()


def _watch(pid: int) -> None:
    """Wait until all inside has ended, and end it where it uses too much memory.

    The root of this process is that of the view, and so is `/proc`: those inside, and nobody else.
    """
    ended = os.pidfd_open(pid)
    while not select.select([ended], [], [], _LOOK)[0]:
        if _memory() > MEMORY:
            os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _memory() -> int:
    """Bytes of all processes inside; what they share is counted once, where that matters."""
    pids = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    resident = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError, ValueError):
            resident += int(Path("/proc", pid, "statm").read_text("ascii").split()[1])
    if resident * os.sysconf("SC_PAGE_SIZE") < MEMORY:
        return 0
    shares = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError, ValueError):
            for line in Path("/proc", pid, "smaps_rollup").read_text("ascii").splitlines():
                if line.startswith("Pss:"):
                    shares += int(line.split()[1]) * 1024
    return shares
