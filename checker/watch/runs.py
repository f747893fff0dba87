"""The thread that grades: one run at a time, and one that is overtaken is given up at once."""

import contextlib
import errno
import os
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from checker.curriculum import Lesson
from checker.errors import UserError
from checker.judge import Cancellation, Cancelled, Grader
from checker.report import CheckResult
from checker.watch.events import Broke, Checked, Grade, Graded, Post, Refused
from checker.watch.order import most_wanted
from checker.watch.state import named

MakeGrader = Callable[[Lesson], Grader]


@dataclass(frozen=True)
class _Wanted:
    lesson: Lesson
    grade: Grade
    cancellation: Cancellation


class Runs:
    """Grades the project whenever asked, and posts what comes out. Use as a context manager.

    The lesson's grader stays warm until another lesson is asked for.
    """

    def __init__(self, root: Path, post: Post, make_grader: MakeGrader = Grader) -> None:
        self._root = root
        self._here = Path.cwd()
        self._post = post
        self._make_grader = make_grader
        self._grader: Grader | None = None
        self._wanted: _Wanted | None = None
        """The run that is to begin."""
        self._current: _Wanted | None = None
        """The run that has begun last."""
        self._ended = False
        self._asked = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="runs", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._asked:
            self._ended = True
            self._give_up()
            self._asked.notify()
        self._thread.join()

    def ask(self, lesson: Lesson, grade: Grade) -> None:
        """Have a run begin, in place of the one that goes on."""
        with self._asked:
            self._give_up()
            self._wanted = _Wanted(lesson, grade, Cancellation())
            self._asked.notify()

    def drop(self) -> None:
        """Give up the run that goes on, and the one that was to begin."""
        with self._asked:
            self._wanted = None
            self._give_up()

    def _give_up(self) -> None:
        """Have the run that goes on end, also where it is about to begin."""
        if self._current:
            self._current.cancellation.cancel()

    def _work(self) -> None:
        try:
            while wanted := self._next():
                self._grade(wanted)
        finally:
            if self._grader:
                self._grader.close()

    def _next(self) -> _Wanted | None:
        """What to grade, once there is something; None at the end."""
        with self._asked:
            self._asked.wait_for(lambda: self._wanted or self._ended)
            self._current, self._wanted = self._wanted, None
            return None if self._ended else self._current

    def _grade(self, wanted: _Wanted) -> None:
        run, lesson = wanted.grade.run, wanted.lesson

        def told(result: CheckResult) -> None:
            if not wanted.cancellation.is_requested:
                self._post(Checked(run, result))

        with contextlib.suppress(OSError):
            os.chdir(self._here)  # it may have been made anew, with the project in it
        try:
            _must_be_a_project(self._root, lesson.course.marker)
            grader = self._grader_of(lesson)
            first = most_wanted(
                lesson.checks,
                failing=wanted.grade.failing,
                edited=wanted.grade.edited,
                looked_at=grader.looked_at,
            )
            report = grader.grade(
                self._root, first=first, on_result=told, cancellation=wanted.cancellation
            )
        except Cancelled:
            return
        except UserError as error:
            self._post(Refused(run, error))
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                full = UserError("The disk is full.", "Free some space, then press r.")
                self._post(Refused(run, full))
            else:
                self._post(Broke(run, traceback.format_exc()))
        else:
            self._post(Graded(run, report))

    def _grader_of(self, lesson: Lesson) -> Grader:
        if self._grader is None or self._grader.lesson.id != lesson.id:
            if self._grader:
                self._grader.close()
                self._grader = None
            self._grader = self._make_grader(lesson)
        return self._grader


def _must_be_a_project(root: Path, marker: str) -> None:
    """Raises UserError, in the words of somebody who knows that it was one before."""
    if not (root / marker).is_dir():
        raise UserError(
            f"There is no {marker}/ folder in {named(root)}.",
            "Was it renamed or removed? Bring it back.",
        )
