"""One submission by one lesson, in a folder that is there no longer than it is needed."""

import itertools
import secrets
from pathlib import Path

from checker.batch.records import Key, Result, Status
from checker.errors import UserError
from checker.ingest import Submission, Ungradable, take_in
from checker.judge import Cancellation, Cancelled, Grader, Killed
from checker.judge.reach import reaches
from checker.judge.session.session import LOST
from checker.report import Reach, Report
from checker.report.attested import attested
from checker.report.printable import printable
from checker.subject.removal import remove

SEED = 52
"""Bits of the seed of a stranger's grading: code that sees some of the random data which a seed
makes must not find the rest by trying every seed. A number of so many bits is exact in any JSON."""
_numbers = itertools.count(1)

Reaches = dict[str, tuple[Reach, ...]]
"""By the digest of a submission."""


class Attempt:
    """A grading that may be given up. `budget` is in seconds, for all of its checks; `reaches` are
    those of sources that were looked at already, for each lesson grades the same ones."""

    def __init__(self, submission: Submission, key: Key, budget: float, reaches: Reaches) -> None:
        self.submission = submission
        self.key = key
        self._budget = budget
        self._reaches = reaches
        self._cancellation = Cancellation()

    def cancel(self) -> None:
        self._cancellation.cancel()

    def run(self, grader: Grader, room: Path, *, last: bool) -> Result:
        """Grade it. Whatever goes wrong is an ERROR. Where in the `last` attempt, with nothing
        beside it, what grades was killed once more, it is the submission that does that.

        Raises Cancelled.
        """
        folder = room / str(next(_numbers))
        try:
            report = self._report(grader, folder)
        except Cancelled:
            raise
        except Ungradable as error:
            return Result(Status.UNGRADABLE, str(error))
        except Exception as error:
            result, killed = Result(Status.ERROR, _reason(error)), isinstance(error, Killed)
        else:
            result, killed = Result.of(report), any(LOST in check.seen for check in report.checks)
        finally:
            remove(folder)
        if last and killed:
            return Result(Status.UNGRADABLE, "It kills the process that grades it.")
        return result

    def _report(self, grader: Grader, folder: Path) -> Report:
        taken = take_in(self.submission.path, grader.lesson.course.marker, to=folder)
        if taken.digest != self.key.digest:
            raise UserError("It was changed while the class was graded.", "Grade it again.")
        report = grader.grade(
            folder,
            seed=secrets.randbits(SEED),
            budget=self._budget,
            cancellation=self._cancellation,
        )
        if self.key.digest not in self._reaches:
            self._reaches[self.key.digest] = reaches(folder)
        return attested(report, self._reaches[self.key.digest])


def _reason(error: Exception) -> str:
    if isinstance(error, UserError):
        return error.sentence
    return f"The checker itself failed: {type(error).__name__}: {printable(str(error), lines=1)}"
