"""The trusted side: runs a lesson's checks with pytest and never imports the submission's code.

Checks use `check`, `expect` and the evidence fixtures (`source`, `probe`, `http`, `database`,
`command`, `project`, `rng`); everyone else calls `grade`.
"""

from checker.judge.declaration import Declaration, check
from checker.judge.grading import grade
from checker.judge.unmet import Overdue, Unmet, expect
from checker.judge.warm import Cancelled, Grader

__all__ = ["Cancelled", "Declaration", "Grader", "Overdue", "Unmet", "check", "expect", "grade"]
