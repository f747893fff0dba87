"""The command line: thin commands over the parts below, and nothing decided here.

`main` is the console script. The environment variable `CHECKER_CURRICULUM` names a folder to take
`lessons/` and `solutions/` from in place of the clone's own.
"""

from checker.cli.guard import main

__all__ = ["main"]
