"""What Linux offers beside Python's own `os`: namespaces, mounts, and giving up privileges.

Every function raises OSError. `man 2` of its name says the rest; ctypes is loaded by the first.
"""

import os
import socket
import struct
from functools import cache
from pathlib import Path
from typing import Any

NEW_MOUNTS, NEW_CGROUPS, NEW_NAMES = 0x00020000, 0x02000000, 0x04000000
NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x08000000, 0x10000000, 0x20000000, 0x40000000

READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, NO_LINKS = 1, 2, 4, 8, 256
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18
_DETACH = 2

_MOUNT_SETATTR = 442
_AT_RECURSIVE = 0x8000
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_CAPABILITIES_VERSION = 0x20080522
_CAPABILITIES = {"CHOWN": 0, "SETGID": 6, "SETUID": 7, "NET_ADMIN": 12, "SYS_ADMIN": 21}


@cache
def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *args: Any) -> int:
    """A function of the C library's, whose -1 is an error."""
    import ctypes

    found: int = getattr(_libc(), name)(*args)
    if found == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return found


def syscall(number: int, *args: Any) -> int:
    import ctypes

    whole = (ctypes.c_long(each) if isinstance(each, int) else each for each in args)
    return call("syscall", ctypes.c_long(number), *whole)


def machine() -> str:
    return os.uname().machine


def unshare(flags: int) -> None:
    call("unshare", flags)


def enter(namespace: int) -> None:
    """The namespace that a descriptor stands for."""
    call("setns", namespace, 0)


def is_privileged() -> bool:
    """Whether this process may become another user, and have namespaces without being another."""
    held = 0
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapEff:"):
            held = int(line.split()[1], 16)
    return all(held >> number & 1 for number in _CAPABILITIES.values())


def map_own_user(uid: int, gid: int) -> None:
    """In a new user namespace: its only user is the one outside that it was made by."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")


def another_user(number: int) -> int:
    """A user id that nobody has, another one for each number, among those that there are here."""
    ranges = [line.split() for line in Path("/proc/self/uid_map").read_text("ascii").splitlines()]
    inside, _, length = max((tuple(map(int, each)) for each in ranges), key=lambda each: each[2])
    return inside + length // 2 + number % max(length // 4, 1)


def mount(
    source: str | Path, target: Path, kind: str | None, flags: int = 0, options: str = ""
) -> None:
    call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        flags,
        options.encode() or None,
    )


def keep_mounts_private() -> None:
    """What is mounted from now on is seen in this namespace alone."""
    mount("none", Path("/"), None, _RECURSIVE | _PRIVATE)


def bind(source: Path, target: Path, *, attributes: int = READ_ONLY | NO_SUID | NO_DEVICES) -> None:
    """A file or a folder in another place too, with the mounts below it, and less allowed."""
    mount(source, target, None, _BIND | _RECURSIVE)
    restrict(target, attributes)


def restrict(target: Path, attributes: int, *, allowed: int = 0) -> None:
    """Take from a mount, and those below it, or allow again. The kernel's MOUNT_ATTR_ flags are the
    old ones but for this one."""
    bits = attributes & ~NO_LINKS | (0x00200000 if attributes & NO_LINKS else 0)
    data = struct.pack("=QQQQ", bits, allowed, 0, 0)
    syscall(_MOUNT_SETATTR, -100, os.fsencode(target), _AT_RECURSIVE, data, len(data))


def change_root(root: Path, old: Path) -> None:
    """`root` becomes `/`, and what was that is at `old`, a folder in it."""
    syscall(_PIVOT_ROOT[machine()], os.fsencode(root), os.fsencode(old))
    os.chdir("/")


def unmount(target: Path) -> None:
    """With all below it, even while it is used."""
    call("umount2", os.fsencode(target), _DETACH)


def start_loopback() -> None:
    """Bring up `lo` in a new network namespace."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS


def become(uid: int) -> None:
    """Another user, in no group but one of the same number."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def make_files_as(uid: int) -> None:
    """Own what this privileged process makes from now on as another user would, and still be
    allowed to do anything to files."""
    import ctypes

    call("setfsgid", uid)  # both give back what it was before
    call("setfsuid", uid)
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    held = ctypes.create_string_buffer(24)
    call("capget", header, held)
    _, low, _, _, high, _ = struct.unpack("=6I", held.raw)
    call("capset", header, struct.pack("=6I", low, low, 0, high, high, 0))


def give_up_privileges() -> None:
    """No capability, now or later, and none by a program that has one of its own."""
    for number in range(64):
        try:
            call("prctl", _PR_CAPBSET_DROP, number, 0, 0, 0)
        except OSError:
            break
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    call("capset", header, bytes(24))
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def end_with_parent() -> None:
    """SIGKILL when the parent ends. To be said again after a change of user."""
    call("prctl", _PR_SET_PDEATHSIG, 9, 0, 0, 0)


def adopt_orphans() -> None:
    """Be the parent of any descendant whose own parent ends."""
    call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def set_dumpable(wanted: bool) -> None:
    """Whether processes of the same user may look into this one."""
    call("prctl", _PR_SET_DUMPABLE, int(wanted), 0, 0, 0)


def make_read_only(target: Path) -> None:
    """One mount, without those below it."""
    mount("none", target, None, 32 | _BIND | READ_ONLY | NO_SUID | NO_DEVICES)  # MS_REMOUNT
