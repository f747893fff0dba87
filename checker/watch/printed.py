"""Watching without a screen: a report after each grading, for a pipe, a log or an editor."""

import select
import sys
import threading
from collections.abc import Callable
from typing import Self

from checker.curriculum import Lesson
from checker.report import Report
from checker.watch.editor import Opening
from checker.watch.events import (
    Answered,
    Broke,
    Drawn,
    Event,
    Graded,
    Post,
    Refused,
    Stopped,
    Vanished,
)
from checker.watch.state import Phase, State

BEGINS = "checker: grading"
ENDS = "checker: done"


class Printed:
    """Prints each report by `tell`; with `marks`, a line before each grading and one after it."""

    has_screen = False
    is_away = False

    def __init__(self, tell: Callable[[Report, Lesson], None], post: Post, *, marks: bool) -> None:
        self._tell = tell
        self._post = post
        self._marks = marks
        self._run = 0

    def __enter__(self) -> Self:
        if hasattr(select, "poll"):
            threading.Thread(target=self._wait_for_readers_end, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, state: State, event: Event, *, more: bool) -> Drawn | None:  # noqa: ARG002
        if state.phase is Phase.CHECKING and state.run != self._run:
            self._run = state.run
            self._mark(BEGINS)
        match event:
            case Graded(run=run, report=report) if run == state.run:
                self._tell(report, state.lesson)
                self._mark(ENDS)
            case Refused(run=run, error=error) if run == state.run:
                self._complain(error.sentence, error.next_step)
                self._mark(ENDS)
            case Broke(run=run, trace=trace) if run == state.run:
                self._complain("Sorry, this is the checker's own fault, not yours.", trace)
                self._mark(ENDS)
            case Vanished():
                self._complain(f"{state.project} is not there any more.")
                self._mark(ENDS)
            case Answered(sentence, more_lines):
                self._complain(sentence, *more_lines)
            case _:
                pass
        return None

    def edit(self, opening: Opening) -> None:
        raise NotImplementedError("there are no keys without a screen")

    def close(self, state: State) -> None:
        pass

    def _mark(self, line: str) -> None:
        if self._marks:
            print(line)
        sys.stdout.flush()

    def _complain(self, *lines: str) -> None:
        sys.stdout.flush()
        print(*lines, sep="\n", file=sys.stderr, flush=True)

    def _wait_for_readers_end(self) -> None:
        """A pipe that nobody reads any more says so; a file or a terminal never does."""
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        poll.poll()
        self._post(Stopped())
