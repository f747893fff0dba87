"""What is known at one moment of watching. `step` gives the next; `screen` shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from checker.curriculum import Curriculum, Lesson
from checker.errors import UserError
from checker.report import CheckResult, Outcome, Report, Verdict
from checker.watch.events import Answered
from checker.watch.outline import Outline
from checker.workspace import FileDiff, Hint, shown


class Phase(StrEnum):
    CHECKING = "checking"
    DONE = "done"
    REFUSED = "refused"
    """The project cannot be graded as it is; the learner can mend that."""
    BROKEN = "broken"
    """The grading failed by our own fault."""
    GONE = "gone"
    """The project's folder is not there."""


class View(StrEnum):
    REPORT = "report"
    LESSONS = "lessons"
    DIFF = "diff"


def named(root: Path) -> str:
    """The project's folder, as short as a sentence can name it."""
    short = shown(root)
    return root.name if short == "." else short


@dataclass(frozen=True)
class State:
    curriculum: Curriculum
    project: str
    """What the project's folder is called."""
    lesson: Lesson
    outline: Outline
    passed: frozenset[str]
    """The lessons that were ever passed, by id."""
    failing_before: tuple[str, ...] = ()
    """The checks that had not passed when the lesson was last graded, before all this."""

    phase: Phase = Phase.CHECKING
    run: int = 0
    """Runs are counted, so that what an overtaken one still says can be told apart."""
    results: Mapping[str, CheckResult] = field(default_factory=dict)
    """The last outcome of each check, by id: of this run, or still of one before."""
    renewed: frozenset[str] = frozenset()
    """The checks whose outcome is of this run."""
    edited: frozenset[str] = frozenset()
    """The files that have changed since the last complete run."""
    report: Report | None = None
    """The last complete run's, unless the project cannot be graded any more."""
    refusal: UserError | None = None
    trace: str = ""

    hint: Hint | None = None
    notice: Answered | None = None
    asking: bool = False
    """Whether the question is open if the starter files are to be put back."""
    view: View = View.REPORT
    files: tuple[FileDiff, ...] = ()
    offset: int = 0
    """How many lines of the view are above what is shown."""
    page: int = 1
    furthest: int = 0

    @property
    def failing(self) -> tuple[str, ...]:
        """The checks that did not pass as far as is known, in the lesson's order."""
        return tuple(
            id_
            for id_ in self.lesson.checks
            if (self.results[id_].is_open if id_ in self.results else id_ in self.failing_before)
        )

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        """The results to be told of, in the lesson's order. Blocked ones are under their cause."""
        known = (self.results[id_] for id_ in self.lesson.checks if id_ in self.results)
        return tuple(each for each in known if each.needs_telling)

    @property
    def items(self) -> tuple[int, int]:
        """How many items of the lesson pass as far as is known, and of how many."""
        known = self.results.items()
        ungraded = {id_ for id_, each in known if each.outcome is Outcome.NOT_GRADED}
        settled = {id_ for id_, each in known if not each.is_open}
        proved = [checks for checks in self.outline.items.values() if not ungraded >= set(checks)]
        return sum(settled.issuperset(checks) for checks in proved), len(proved)

    @property
    def is_passed(self) -> bool:
        """Whether the lesson passed just now: every check is in, and no file is newer."""
        return (
            self.phase is Phase.DONE
            and self.report is not None
            and self.report.outcome is Verdict.PASSED
        )

    @property
    def verdict(self) -> Verdict | None:
        """The last word, for whoever asks how it ended; None where there is none."""
        if self.phase is Phase.BROKEN:
            return Verdict.ERROR
        return self.report.outcome if self.report else None

    def anew(self, edited: frozenset[str] = frozenset()) -> Self:
        """As another run begins. What is known stays in sight until it is renewed."""
        return replace(
            self,
            phase=Phase.CHECKING,
            run=self.run + 1,
            renewed=frozenset(),
            edited=self.edited | edited,
            refusal=None,
            trace="",
            notice=self.notice if self.notice and self.notice.lasts else None,
            offset=0 if self.view is View.REPORT else self.offset,
        )
