"""A filter of system calls, for code that has no use for them and could do harm by them.

Links, pipes and devices that the judge would follow or wait for cannot be made; no other process
can be looked into, no namespace, mount, key or tracer had; sockets are local or of the internet.
What is refused fails with EPERM, as where a system does not allow it.
"""

import errno
import socket
import struct
from collections.abc import Iterable

from checker.subject import kernel

_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # name: number on x86_64, on aarch64
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "fanotify_init": (300, 262),
    "vhangup": (153, 58),
    "lookup_dcookie": (212, 18),
}
_MACHINES = {"x86_64": (0, 0xC000003E, 56, 41), "aarch64": (1, 0xC00000B7, 220, 198)}
"""Column above, AUDIT_ARCH, and the numbers of clone and of socket."""
_CLONE3 = 435
_NAMESPACES = 0x7E020000
"""The flags of clone that make one."""
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_X32 = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000

Instruction = tuple[int, int, int, int]


def apply() -> None:
    """For this process and all that come of it. Raises OSError."""
    import ctypes

    if kernel.machine() not in _MACHINES:
        raise OSError(f"there is no filter of system calls for {kernel.machine()}")
    program = b"".join(struct.pack("=HBBI", *each) for each in _program(kernel.machine()))
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    kernel.call("prctl", 22, 2, header, 0, 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def _program(machine: str) -> Iterable[Instruction]:
    """struct seccomp_data: the number at 0, the architecture at 4, arguments from 16 on."""
    column, architecture, clone, open_socket = _MACHINES[machine]
    refused = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    allowed = (_RETURN, 0, 0, _ALLOW)
    yield (_LOAD, 0, 0, 4)
    yield (_EQUAL, 1, 0, architecture)
    yield refused
    yield (_LOAD, 0, 0, 0)
    yield (_AT_LEAST, 0, 1, _X32)
    yield refused
    for numbers in _REFUSED.values():
        if (number := numbers[column]) is not None:
            yield (_EQUAL, 0, 1, number)
            yield refused
    yield (_EQUAL, 0, 1, _CLONE3)  # its flags are out of sight; C libraries then use clone
    yield (_RETURN, 0, 0, _ERROR | errno.ENOSYS)
    yield (_EQUAL, 0, 4, clone)
    yield (_LOAD, 0, 0, 16)
    yield (_ANY_BIT, 0, 1, _NAMESPACES)
    yield refused
    yield allowed
    yield (_EQUAL, 0, 3 + len(_FAMILIES), open_socket)
    yield (_LOAD, 0, 0, 16)
    for left, family in zip(range(len(_FAMILIES), 0, -1), _FAMILIES, strict=True):
        yield (_EQUAL, left, 0, family)
    yield (_RETURN, 0, 0, _ERROR | errno.EAFNOSUPPORT)
    yield allowed
    yield allowed
