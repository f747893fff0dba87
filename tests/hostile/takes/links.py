"""Leaves a link where the judge will open a file."""

import os
from contextlib import suppress
from pathlib import Path

for name in ("../check.db", "hostile-link", "../hostile-link"):
    with suppress(OSError):
        os.symlink("/etc/passwd", name)
        Path(name).unlink()
        raise RuntimeError(f"LOOT: {name}")
