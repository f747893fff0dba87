"""The learner's own project: where it is, how far it has come, and what may change in it.

Everything that writes goes through two functions: `write_whole` for one small file, `overwrite`
for the project's files, which moves what is there into a dated backup, and is finished or undone
however it is cut off.
"""

from checker.workspace.backups import Backup, backups
from checker.workspace.backups import named as backup_named
from checker.workspace.bugs import bug_named, put_beside, shown_bugs
from checker.workspace.change import (
    advance,
    catch_up,
    create,
    digest,
    is_begun,
    reached,
    reset,
    restore,
)
from checker.workspace.comparison import FileDiff, diff
from checker.workspace.hints import Hint, first_file, next_hint, open_task
from checker.workspace.location import find, is_workspace, no_workspace, shown
from checker.workspace.overwriting import Overwritten, overwrite
from checker.workspace.progress import Progress, load, remember, save
from checker.workspace.transaction import mend
from checker.workspace.workspace import Workspace, open_in
from checker.workspace.writing import write_whole

__all__ = [
    "Backup",
    "FileDiff",
    "Hint",
    "Overwritten",
    "Progress",
    "Workspace",
    "advance",
    "backup_named",
    "backups",
    "bug_named",
    "catch_up",
    "create",
    "diff",
    "digest",
    "find",
    "first_file",
    "is_begun",
    "is_workspace",
    "load",
    "mend",
    "next_hint",
    "no_workspace",
    "open_in",
    "open_task",
    "overwrite",
    "put_beside",
    "reached",
    "remember",
    "reset",
    "restore",
    "save",
    "shown",
    "shown_bugs",
    "write_whole",
]
