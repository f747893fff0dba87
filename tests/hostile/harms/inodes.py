"""Makes as many files as there may be."""

from contextlib import suppress
from pathlib import Path

with suppress(OSError):
    Path("../many").mkdir()
    for number in range(100_000):
        Path(f"../many/hostile-{number}").touch()
