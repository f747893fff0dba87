"""Limits on one child process, and what Linux tells a process about itself."""

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from checker.subject import kernel
from checker.subject.messages import Limits


def confine(granted: Limits) -> None:
    """Give this process a session of its own and limits that its descendants inherit."""
    import resource

    with contextlib.suppress(PermissionError):  # already a leader, in a process started anew
        os.setsid()
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: granted.cpu_seconds,
        resource.RLIMIT_FSIZE: granted.file_size,
        resource.RLIMIT_NOFILE: granted.open_files,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = granted.memory
    lower(limits)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            kernel.end_with_parent()
        with contextlib.suppress(OSError):
            kernel.set_dumpable(True)  # an enclosed host is not; what it starts looks into itself


def lower(limits: Mapping[int, int]) -> None:
    """Set limits of `resource` for this process and its descendants, as far as they are not lower
    already."""
    import resource

    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (wanted, wanted))


def limit_data(more: int) -> None:
    """How many bytes of memory beside those it has now this process may write to, and each of its
    descendants (Linux)."""
    import resource

    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        lower({resource.RLIMIT_DATA: pages * resource.getpagesize() + more})


def adopt_orphans() -> None:
    """Make this process the parent of any descendant whose own parent ends (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            kernel.adopt_orphans()


def children() -> list[int]:
    """This process's children, as Linux lists them; none elsewhere."""
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(pid) for pid in listed.split()]


def threads() -> int:
    """How many threads this process has, those that Python does not know of included."""
    import threading

    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a count is all that is wanted
    except OSError:
        return threading.active_count()


def descriptors() -> set[int]:
    """The file descriptors that this process has open; none where they cannot be listed."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        with contextlib.suppress(OSError, ValueError):
            listed = {int(name) for name in os.listdir(folder)}  # noqa: PTH208 - the number is it
            return {number for number in listed if _is_open(number)}  # without the listing's own
    return set()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
