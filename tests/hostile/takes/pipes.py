"""Leaves a pipe or a device where the judge will open a file, and wait."""

import os
import stat
from contextlib import suppress
from pathlib import Path

for kind in (stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK):
    with suppress(OSError):
        os.mknod("hostile-node", 0o600 | kind, os.makedev(1, 3))
        Path("hostile-node").unlink()
        raise RuntimeError(f"LOOT: {kind}")
