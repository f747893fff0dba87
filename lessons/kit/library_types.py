"""What mypy knows of the libraries. To read SQLAlchemy's types takes it ten times as long as to
check a learner's code with them, so that they are read once on each machine and kept.
"""

import contextlib
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_cache_path

STRICT = ("--strict", "--config-file=", "--no-error-summary", "--hide-error-context")
"""How mypy is run, whatever the project's configuration says: what is kept is good for these."""
_LIBRARIES = ("pydantic", "sqlalchemy.exc", "sqlalchemy.ext.asyncio", "sqlalchemy.orm")


def with_library_types(folder: Path) -> Path:
    """Make a folder for `--cache-dir` that holds what mypy knows of the libraries.

    It is a copy: what mypy adds for one project is that project's. Where nothing can be kept, it
    stays empty, and mypy reads the libraries anew.
    """
    read = ("mypy", "pydantic", "sqlalchemy")
    name = "-".join((*(f"{each}-{version(each)}" for each in read), sys.implementation.cache_tag))
    kept = user_cache_path("posts-workshop") / "mypy" / name
    with contextlib.suppress(OSError):
        if not kept.is_dir():
            _read_libraries(kept)
        shutil.copytree(kept, folder)
    return folder


def _read_libraries(kept: Path) -> None:
    """Raises OSError where there is no room for it."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=kept.parent) as name:
        made = Path(name)
        (made / "libraries.py").write_text("".join(f"import {each}\n" for each in _LIBRARIES))
        subprocess.run(
            [sys.executable, "-m", "mypy", *STRICT, "--cache-dir", "cache", "libraries.py"],
            cwd=made,
            capture_output=True,
            check=False,
        )
        with contextlib.suppress(OSError):  # another process was first
            (made / "cache").rename(kept)
