"""Measures one lesson: the sides take turns, so that a busy minute of the machine hits them all.

Each turn begins when nothing is working any more that an earlier one has started.
"""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench import sides, submissions
from bench.processes import Peak, settle
from bench.results import SIDES, LessonResult
from bench.schedule import Rounds, Seconds
from checker.curriculum import Curriculum, Lesson
from checker.judge import Grader

Plan = Rounds | Seconds
Tell = Callable[[str], None]
Turn = Callable[[], dict[str, float]]


def failed_before(lesson: Lesson) -> str:
    """The check that the learner waits for after a save, since it failed: one in the middle."""
    usual = "06.updated"
    return usual if usual in lesson.checks else lesson.checks[len(lesson.checks) // 2]


def measure(
    curriculum: Curriculum, lesson: Lesson, plan: Plan, tell: Tell, *, began: float, memory: bool
) -> LessonResult:
    """Measure as the plan says, which counts from `began`, by the monotonic clock.

    Raises Wrong where a side does not come to the outcome that it has to come to.
    """
    with tempfile.TemporaryDirectory(prefix="posts-bench-") as folder:
        project = submissions.solution(curriculum, lesson, Path(folder) / "passing")
        bad = None
        if submissions.has_failing(lesson):
            bad = submissions.failing(curriculum, lesson, Path(folder) / "failing")
        samples: dict[str, list[float]] = {name: [] for name in SIDES}
        with _turns(lesson, project, bad, tell) as turns:
            _take(turns, plan, samples, began, lambda told: tell(f"{lesson.id}: {told}"))
        peaks = _peaks(lesson, project, tell) if memory else {}
    return LessonResult(
        lesson=lesson.id,
        checks=len(lesson.checks),
        samples={name: tuple(round(each, 4) for each in found) for name, found in samples.items()},
        memory=peaks,
    )


def _take(
    turns: Mapping[str, Turn],
    plan: Plan,
    samples: Mapping[str, list[float]],
    began: float,
    tell: Tell,
) -> None:
    taken: dict[str, list[float]] = {name: [] for name in turns}
    while name := plan.next(taken, time.monotonic() - began):
        start = time.monotonic()
        settle()
        found = turns[name]()
        for side, seconds in found.items():
            samples[side].append(seconds)
        taken[name].append(time.monotonic() - start)
        told = ", ".join(f"{side} {seconds:.2f}" for side, seconds in found.items())
        tell(f"{len(taken[name])}: {told}")


@contextlib.contextmanager
def _turns(
    lesson: Lesson, project: Path, bad: Path | None, tell: Tell
) -> Iterator[dict[str, Turn]]:
    """What each turn does: samples by side. Everything that is to be warm is."""
    with contextlib.ExitStack() as stack:
        floor = stack.enter_context(sides.Floor(lesson))
        grader = stack.enter_context(Grader(lesson))
        other = stack.enter_context(Grader(lesson)) if bad else None
        tell(f"{lesson.id}: warming up")
        floor.grade(project)
        sides.warm(grader, project)

        def after_a_save() -> dict[str, float]:
            verdict, whole = sides.saved(grader, project, failed_before(lesson))
            return {"first_verdict": verdict, "one_file": whole}

        turns: dict[str, Turn] = {
            "floor": lambda: {"floor": floor.grade(project)},
            "pytest": lambda: {"pytest": sides.cold_pytest(lesson, project)},
            "saved": after_a_save,
            "warm": lambda: {"warm": sides.warm(grader, project)},
        }
        if other and bad:
            sides.warm_failing(other, bad)
            turns["failing"] = lambda: {"failing": sides.warm_failing(other, bad)}
        turns["check"] = lambda: {"check": sides.cold_check(lesson, project)}
        yield turns


def _peaks(lesson: Lesson, project: Path, tell: Tell) -> dict[str, int]:
    """The peak memory of each side's processes over two gradings of its own, nothing else alive.

    As the proportional set size, looked at a hundred times a second; in a run apart, since looking
    costs time.
    """
    tell(f"{lesson.id}: memory")
    found = {}
    with sides.Floor(lesson) as floor, Peak() as peak:
        for _ in range(2):
            floor.grade(project)
    found["floor"] = peak.bytes
    with Grader(lesson) as grader, Peak() as peak:
        for _ in range(2):
            sides.warm(grader, project)
    found["warm"] = peak.bytes
    with Peak() as peak:
        sides.cold_pytest(lesson, project)
    found["pytest"] = peak.bytes
    with Peak() as peak:
        sides.cold_check(lesson, project)
    found["check"] = peak.bytes
    return {name: peak for name, peak in found.items() if peak}
