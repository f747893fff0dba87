"""What a gradebook is asked for and gives: frozen, and nothing of how it is stored."""

from dataclasses import dataclass
from enum import StrEnum

from checker.report import Outcome, Report, Verdict


class Status(StrEnum):
    """What became of one submission in one lesson."""

    PASSED = "passed"
    FAILED = "failed"
    UNGRADABLE = "ungradable"
    """There was nothing that could be graded; the sentence says why."""
    ERROR = "error"
    """The checker's own fault, twice. It is graded again by the next run."""
    PENDING = "pending"
    """It is still to be graded."""


@dataclass(frozen=True)
class Key:
    """What a result follows from: with all of it the same, nothing is graded again."""

    digest: str
    """The hash of the submission's files."""
    lesson: str
    version: str
    """The hash of the lesson's checks and of the checker."""
    environment: str
    """The hash of the lock, and what else the machine gives to a grading."""
    isolation: str
    """The level by which the submission's code is kept apart."""


@dataclass(frozen=True)
class Result:
    """What a grading came to."""

    status: Status
    sentence: str = ""
    """Why there is no report."""
    report: Report | None = None

    @classmethod
    def of(cls, report: Report) -> "Result":
        """A report with an error of ours says whose check it was."""
        statuses = {
            Verdict.PASSED: Status.PASSED,
            Verdict.FAILED: Status.FAILED,
            Verdict.ERROR: Status.ERROR,
        }
        return cls(statuses[report.outcome], _fault(report), report)


def _fault(report: Report) -> str:
    if report.outcome is not Verdict.ERROR:
        return ""
    ids = [check.id for check in report.checks if check.outcome is Outcome.ERROR]
    return f"The checker itself failed in {', '.join(ids)}."


@dataclass(frozen=True)
class Entered:
    """A student's submission as it was taken in for a lesson: its key, or why it has none."""

    student: str
    key: Key | None
    sentence: str = ""
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A student's lesson as the gradebook has it."""

    student: str
    lesson: str
    status: Status
    sentence: str
    ignored: tuple[str, ...]
    isolation: str = ""
    """Empty where nothing was graded."""
    checks_passed: int = 0
    checks: int = 0
    """Those that were graded."""
    items_passed: int = 0
    items: int = 0
    failing: tuple[str, ...] = ()
    """The checks that did not pass, in the lesson's order."""
    checks_witnessed: int = 0
    """Those that passed by what the judge saw itself."""
    not_witnessed: tuple[str, ...] = ()
    """The items that passed by what the submission's own interpreter says alone."""
    reaches: tuple[str, ...] = ()
    """What its source reaches for in the interpreter or the checker, and where."""
