"""The trusted side: runs a lesson's checks with pytest and never imports the submission's code.

Checks use `check`, `expect`, `tried` and the evidence fixtures (`source`, `probe`, `http`,
`database`, `broker`, `command`, `project`, `rng`); everyone else grades with `Grader`, `Graders` or
`grade`.
"""

from checker.judge.declaration import Declaration, check
from checker.judge.session import Cancellation, Cancelled, Grader, Graders, Killed, grade
from checker.judge.unmet import Blocked, NotGraded, NotTried, Overdue, Unmet, expect, tried
from checker.ports import free_port

__all__ = [
    "Blocked",
    "Cancellation",
    "Cancelled",
    "Declaration",
    "Grader",
    "Graders",
    "Killed",
    "NotGraded",
    "NotTried",
    "Overdue",
    "Unmet",
    "check",
    "expect",
    "free_port",
    "grade",
    "tried",
]
