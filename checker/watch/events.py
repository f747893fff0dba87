"""What can happen while a lesson is watched, and what may have to be done about it.

Everything that happens comes through one queue as one of the events. `state.step` answers each with
the actions that it asks for.
"""

from collections.abc import Callable
from dataclasses import dataclass

from checker.curriculum import Lesson, Task
from checker.errors import UserError
from checker.report import CheckResult, Location, Report
from checker.watch.outline import Outline
from checker.workspace import FileDiff, Hint


@dataclass(frozen=True)
class Begun:
    """The screen is there: the first grading may start."""


@dataclass(frozen=True)
class Pressed:
    """A key, by its letter in lower case or by its name: `down`, `page down`, `escape`."""

    key: str


@dataclass(frozen=True)
class Edited:
    """Files of the project were added, changed or removed; names relative to it, with slashes."""

    files: frozenset[str]


@dataclass(frozen=True)
class Vanished:
    """The project's folder is gone. An `Edited` tells when it is back."""


@dataclass(frozen=True)
class Checked:
    """One check of a run has its outcome."""

    run: int
    result: CheckResult


@dataclass(frozen=True)
class Graded:
    """A run is complete."""

    run: int
    report: Report


@dataclass(frozen=True)
class Refused:
    """A run could not begin, for a reason that the learner can mend."""

    run: int
    error: UserError


@dataclass(frozen=True)
class Broke:
    """A run failed by our own fault; `trace` is the traceback."""

    run: int
    trace: str


@dataclass(frozen=True)
class Answered:
    """What came of something that the learner asked for."""

    sentence: str
    more: tuple[str, ...] = ()
    """Further lines: a next step, or the names of files."""
    lasts: bool = True
    """Whether it is still of use once a file was saved."""


@dataclass(frozen=True)
class Hinted:
    hint: Hint


@dataclass(frozen=True)
class Compared:
    """The learner's files beside the reference's."""

    files: tuple[FileDiff, ...]


@dataclass(frozen=True)
class Entered:
    """The lesson that is watched from now on."""

    lesson: Lesson
    outline: Outline
    failing: tuple[str, ...]
    """The checks that had not passed when it was last graded."""
    notice: Answered


@dataclass(frozen=True)
class Drawn:
    """How much of the view fits: lines to a page, and the furthest that it can be scrolled."""

    page: int
    furthest: int


@dataclass(frozen=True)
class EditorClosed:
    """The editor that had the terminal is done with it."""


@dataclass(frozen=True)
class Resized:
    """The terminal has another size, or is ours again after Ctrl-Z."""


@dataclass(frozen=True)
class Suspended:
    """Ctrl-Z: the shell wants the terminal back for a while."""


@dataclass(frozen=True)
class Stopped:
    """Somebody wants us to end: a signal, or a terminal or a reader that has gone."""

    by_ctrl_c: bool = False


Event = (
    Begun
    | Pressed
    | Edited
    | Vanished
    | Checked
    | Graded
    | Refused
    | Broke
    | Answered
    | Hinted
    | Compared
    | Entered
    | Drawn
    | EditorClosed
    | Resized
    | Suspended
    | Stopped
)
Post = Callable[[Event], None]
"""Puts an event into the queue. Any thread may call it, and a signal handler."""


@dataclass(frozen=True)
class Grade:
    """Grade the project, and give up the run that goes on, if one does."""

    run: int
    failing: tuple[str, ...]
    edited: frozenset[str]


@dataclass(frozen=True)
class Drop:
    """Give up the run that goes on."""


@dataclass(frozen=True)
class Remember:
    report: Report


@dataclass(frozen=True)
class GiveHint:
    task: Task


@dataclass(frozen=True)
class GoOn:
    """Enter the lesson, with its starter files."""

    lesson: Lesson


@dataclass(frozen=True)
class PutBack:
    """Put the lesson's starter files back as they began."""

    lesson: Lesson


@dataclass(frozen=True)
class Compare:
    lesson: Lesson


@dataclass(frozen=True)
class OpenEditor:
    """Open the place of a failure or, where it names none, what the task leaves to be written."""

    at: Location | None
    task: Task


@dataclass(frozen=True)
class Quit:
    pass


Action = Grade | Drop | Remember | GiveHint | GoOn | PutBack | Compare | OpenEditor | Quit
