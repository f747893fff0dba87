"""The learner's own project: where it is, how far it has come, and what may change in it.

Everything that writes goes through two functions: `write_whole` for one small file, `overwrite`
for the project's files, which copies what is there into a dated backup first.
"""

from checker.workspace.change import advance, catch_up, create, reached, reset
from checker.workspace.comparison import FileDiff, diff
from checker.workspace.hints import Hint, next_hint, open_task
from checker.workspace.location import find, is_workspace, no_workspace, shown
from checker.workspace.overwriting import Overwritten, overwrite
from checker.workspace.place import Place, place_in
from checker.workspace.progress import Progress, load, remember, save
from checker.workspace.writing import write_whole

__all__ = [
    "FileDiff",
    "Hint",
    "Overwritten",
    "Place",
    "Progress",
    "advance",
    "catch_up",
    "create",
    "diff",
    "find",
    "is_workspace",
    "load",
    "next_hint",
    "no_workspace",
    "open_task",
    "overwrite",
    "place_in",
    "reached",
    "remember",
    "reset",
    "save",
    "shown",
    "write_whole",
]
