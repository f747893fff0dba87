"""What uvicorn serves for `checker run`: the learner's app, once its migrations are applied.

uvicorn imports this anew after each save, in a process of its own.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from checker.cli.serving import APP, MIGRATED, migrate, migrations
from checker.errors import UserError


def application() -> Any:
    """The app. Migrations saved since are applied first; where they fail, the process ends."""
    if migrations(Path.cwd()) != os.environ.get(MIGRATED):
        print("Applying your migrations: alembic upgrade head", flush=True)
        try:
            if not migrate(Path.cwd(), failing="your app waits for a save"):
                sys.exit(1)
        except UserError as error:
            print(error.sentence, error.next_step, sep="\n", flush=True)
            sys.exit(1)
        print("To change one that is applied: alembic downgrade -1 first.", flush=True)
    module, _, attribute = os.environ[APP].partition(":")
    return getattr(import_module(module), attribute)
