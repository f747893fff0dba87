"""Reads the disk, or the machine's memory, past every file system."""

from contextlib import suppress
from pathlib import Path

for found in (*Path("/dev").glob("[svn][dvd]*"), Path("/dev/mem"), Path("/dev/kmsg"), Path("/dev/tty")):
    with suppress(OSError), found.open("rb"):
        raise RuntimeError(f"LOOT: {found}")
