"""Leaves something for whoever is graded next, in what all share."""

from contextlib import suppress
from pathlib import Path

import checker.subject
import sqlalchemy

for folder in (Path(sqlalchemy.__file__).parent, Path(checker.subject.__file__).parent):
    for name in ("hostile.pth", "../hostile.pth", "__pycache__/hostile.pyc", "hostile.py"):
        with suppress(OSError):
            path = folder / name
            path.write_text("import os\n")
            path.unlink()
            raise RuntimeError(f"LOOT: {path}")
