"""Writes into everything it finds open, without end."""

import os
from contextlib import suppress

for _ in range(2_000):
    for number in range(3, 32):
        with suppress(OSError):
            os.write(number, b"x" * 65536)
