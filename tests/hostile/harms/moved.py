"""Moves the folder that it is graded in away."""

import os
from contextlib import suppress

here = os.getcwd()
with suppress(OSError):
    os.rename(here, f"{here}-hostile")
    os.mkdir(here)
