"""Changes what is mounted."""

import ctypes
import os

libc = ctypes.CDLL(None)
MOVE, REMOUNT = 8192, 32

os.makedirs("here", exist_ok=True)
for source, target, flags in ((b"none", b"here", 0), (b"none", b"/", REMOUNT), (b"/usr", b"here", MOVE)):
    if os.getpid() != 1 and os.path.exists("/proc/1/cmdline") and libc.mount(source, target, b"tmpfs", flags, None) == 0:
        raise RuntimeError(f"LOOT: {target}")
