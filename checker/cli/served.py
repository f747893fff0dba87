"""What uvicorn serves for `checker run`: the learner's app, once its migrations are applied.

uvicorn imports this anew after each save, in a process of its own.
"""

import os
import subprocess
import sys
from collections import deque
from importlib import import_module
from pathlib import Path
from typing import Any

from checker.cli.serving import APP, MIGRATED, gist, migrations


def application() -> Any:
    """The app. Migrations saved since are applied first; where they fail, the process ends."""
    if migrations(Path.cwd()) != os.environ.get(MIGRATED):
        print("Applying your migrations: alembic upgrade head", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = gist(deque(done.stdout.splitlines(keepends=True)))
            print(f"Your migrations failed, and your app waits for a save: {said}", flush=True)
            sys.exit(1)
        print("To change one that is applied: alembic downgrade -1 first.", flush=True)
    module, _, attribute = os.environ[APP].partition(":")
    return getattr(import_module(module), attribute)
