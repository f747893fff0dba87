"""Looks for something open that it was not meant to have."""

import os
import socket
import stat
from contextlib import suppress

for number in range(3, 64):
    with suppress(OSError):
        kind = os.fstat(number).st_mode
        if stat.S_ISDIR(kind):
            raise RuntimeError(f"LOOT: a folder, {number}")
        if stat.S_ISSOCK(kind):
            with socket.socket(fileno=os.dup(number)) as found:
                if found.family == socket.AF_UNIX and b"checker.judge" in open("/proc/1/cmdline", "rb").read():
                    raise RuntimeError(f"LOOT: {found}")
