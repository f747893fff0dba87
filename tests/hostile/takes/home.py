"""Looks into everybody's home."""

import os
import pwd
from contextlib import suppress
from pathlib import Path

own = os.environ["HOME"]
for folder in {"/root", *(each.pw_dir for each in pwd.getpwall()), *map(str, Path("/home").glob("*"))}:
    with suppress(OSError):
        if folder not in (own, "/", "/tmp", "/bin", "/dev", "/usr/sbin") and os.listdir(folder):
            raise RuntimeError(f"LOOT: {folder}")
