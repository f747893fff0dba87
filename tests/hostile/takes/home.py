"""Looks into everybody's home."""

import os
import pwd
import sys
from contextlib import suppress
from pathlib import Path

own = os.environ["HOME"]
way = {str(each) for python in (sys.prefix, sys.base_prefix) for each in (Path(python), *Path(python).parents)}
for folder in {"/root", *(each.pw_dir for each in pwd.getpwall()), *map(str, Path("/home").glob("*"))}:
    with suppress(OSError):
        for found in os.scandir(folder) if folder.startswith(("/root", "/home")) else ():
            if found.path not in way and not own.startswith(found.path):
                raise RuntimeError(f"LOOT: {found.path}")
