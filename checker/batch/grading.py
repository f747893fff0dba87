"""One submission by one lesson, in a folder that is there no longer than it is needed."""

import itertools
import threading
from pathlib import Path

from checker.batch.records import Key, Result, Status
from checker.errors import UserError
from checker.ingest import Submission, Ungradable, take_in
from checker.judge import Cancellation, Cancelled, Grader, Killed
from checker.report import Report
from checker.report.printable import printable
from checker.subject.removal import remove

_numbers = itertools.count(1)


class Attempt:
    """A grading that may be given up, and that has so many seconds."""

    def __init__(self, submission: Submission, key: Key, budget: float) -> None:
        self.submission = submission
        self.key = key
        self._budget = budget
        self._cancellation = Cancellation()
        self._is_late = False

    def cancel(self) -> None:
        self._cancellation.cancel()

    def run(self, grader: Grader, room: Path, *, last: bool) -> Result:
        """Grade it. Whatever goes wrong is an ERROR, and of the `last` attempt final.

        Raises Cancelled.
        """
        folder = room / str(next(_numbers))
        timer = threading.Timer(self._budget, self._stop)
        timer.daemon = True
        timer.start()
        try:
            return Result.of(self._report(grader, folder))
        except Cancelled:
            if not self._is_late:
                raise
            seconds = f"{self._budget:g} seconds"
            return Result(Status.UNGRADABLE, f"It was stopped, since it took more than {seconds}.")
        except Ungradable as error:
            return Result(Status.UNGRADABLE, str(error))
        except Killed:
            sentence = "The process that grades it was killed, time and again."
            return Result(Status.UNGRADABLE if last else Status.ERROR, sentence)
        except Exception as error:
            return Result(Status.ERROR, _reason(error))
        finally:
            timer.cancel()
            remove(folder)

    def _report(self, grader: Grader, folder: Path) -> Report:
        taken = take_in(self.submission.path, grader.lesson.course.marker, to=folder)
        if taken.digest != self.key.digest:
            raise UserError("It was changed while the class was graded.", "Grade it again.")
        return grader.grade(folder, cancellation=self._cancellation)

    def _stop(self) -> None:
        self._is_late = True
        self._cancellation.cancel()


def _reason(error: Exception) -> str:
    if isinstance(error, UserError):
        return error.sentence
    return f"The checker itself failed: {type(error).__name__}: {printable(str(error), lines=1)}"
