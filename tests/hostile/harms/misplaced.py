"""Puts folders where the judge expects files, and files where it expects folders."""

import os
import shutil
from contextlib import suppress

here = os.getcwd()
for name in ("../check.db", "../check.db-journal", ".env", "../http", "../side"):
    with suppress(OSError):
        os.makedirs(f"{here}/{name}/hostile")
with suppress(OSError):
    shutil.rmtree(f"{here}/alembic", ignore_errors=True)
    open(f"{here}/alembic", "w").close()
