"""Looks into the judge's environment."""

from contextlib import suppress
from pathlib import Path

for found in Path("/proc").glob("[0-9]*/environ"):
    with suppress(OSError):
        if b"HOSTILE_SECRET" in found.read_bytes():
            raise RuntimeError(f"LOOT: {found}")
