"""Makes a folder that is too deep to be removed by its path."""

import os
from contextlib import suppress

here = os.getcwd()
with suppress(OSError):
    for _ in range(5_000):
        os.mkdir("a-folder-with-a-long-name")
        os.chdir("a-folder-with-a-long-name")
os.chdir(here)
