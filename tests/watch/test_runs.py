"""The thread that grades, with a grader that does what the test wants."""

import errno
import queue

import pytest

from checker.curriculum import load_curriculum
from checker.errors import UserError
from checker.judge import Cancelled
from checker.watch.events import Broke, Checked, Grade, Graded, Refused
from checker.watch.runs import Runs

from .conftest import SAMPLES, report, result

CURRICULUM = load_curriculum(SAMPLES["greeting"])
LESSON = CURRICULUM.lesson("00")
GOOD = report(result("00.hello"), result("00.name"))


class FakeGrader:
    """Grades when the test lets it, as long as nobody cancels it."""

    def __init__(self, lesson):
        self.lesson = lesson
        self.looked_at = {"00.name": frozenset({"app/greeting.py"})}
        self.begun, self.may_end = queue.Queue(), queue.Queue()
        self.closed = False

    def grade(self, submission, *, first, on_result, cancellation):
        self.begun.put(tuple(first))
        on_result(result("00.hello"))
        while True:
            if cancellation.is_requested:
                raise Cancelled
            try:
                outcome = self.may_end.get(timeout=0.01)
            except queue.Empty:
                continue
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

    def close(self):
        self.closed = True


@pytest.fixture
def made():
    return []


@pytest.fixture
def told():
    return queue.Queue()


@pytest.fixture
def runs(here, made, told):
    def make(lesson):
        made.append(FakeGrader(lesson))
        return made[-1]

    (here / "project/app").mkdir(parents=True)
    with Runs(here / "project", told.put, make) as runs:
        yield runs


def grade(run, failing=(), edited=()):
    return Grade(run, tuple(failing), frozenset(edited))


def begin(runs, made, run, **more):
    """Have a run begin. Returns its grader and the checks that are to be first."""
    runs.ask(LESSON, grade(run, **more))
    while not made:
        pass
    return made[-1], made[-1].begun.get(timeout=30)


def test_a_run_tells_each_result_and_the_report(runs, made, told):
    grader, _ = begin(runs, made, 1)
    grader.may_end.put(GOOD)
    assert told.get(timeout=30) == Checked(1, result("00.hello"))
    assert told.get(timeout=30) == Graded(1, GOOD)


def test_the_checks_most_wanted_come_first(runs, made):
    _, first = begin(runs, made, 1, failing=["00.hello"], edited=["app/greeting.py"])
    assert first == ("00.hello", "00.name")


def test_a_run_that_is_overtaken_says_no_more(runs, made, told):
    begin(runs, made, 1)
    assert told.get(timeout=30).run == 1
    grader, _ = begin(runs, made, 2)
    grader.may_end.put(GOOD)
    assert [told.get(timeout=30), told.get(timeout=30)] == [
        Checked(2, result("00.hello")),
        Graded(2, GOOD),
    ]
    assert len(made) == 1


def test_a_run_that_is_dropped_says_no_more(runs, made, told):
    begin(runs, made, 1)
    assert told.get(timeout=30).run == 1
    runs.drop()
    begin(runs, made, 2)
    assert told.get(timeout=30).run == 2


def test_a_run_that_is_dropped_as_it_begins_does_not_go_on(here, told):
    """The grader is being made for it when the learner changes their mind."""
    made = []

    def make(lesson):
        made.append(FakeGrader(lesson))
        runs.drop()
        return made[-1]

    (here / "project/app").mkdir(parents=True)
    with Runs(here / "project", told.put, make) as runs:
        begin(runs, made, 1)
        grader, _ = begin(runs, made, 2)
        grader.may_end.put(GOOD)
        assert told.get(timeout=30) == Checked(2, result("00.hello"))
        assert told.get(timeout=30) == Graded(2, GOOD)


def test_another_lesson_has_another_grader(runs, made, told):
    begin(runs, made, 1)
    other = CURRICULUM.lesson("01")
    runs.ask(other, grade(2))
    while told.get(timeout=30).run != 2:
        pass
    assert [each.lesson for each in made] == [LESSON, other]
    assert made[0].closed


@pytest.mark.parametrize(
    "error", [UserError("Too large.", "-"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_what_the_learner_can_mend(runs, made, told, error):
    grader, _ = begin(runs, made, 1)
    grader.may_end.put(error)
    assert isinstance(told.get(timeout=30), Checked)
    refused = told.get(timeout=30)
    assert isinstance(refused, Refused)
    assert refused.error.sentence in ("Too large.", "The disk is full.")


def test_our_own_fault_and_then_a_run_that_works(runs, made, told):
    grader, _ = begin(runs, made, 1)
    grader.may_end.put(RuntimeError("the judge's process was killed twice"))
    assert isinstance(told.get(timeout=30), Checked)
    broke = told.get(timeout=30)
    assert isinstance(broke, Broke)
    assert broke.trace.endswith("RuntimeError: the judge's process was killed twice\n")

    grader, _ = begin(runs, made, 2)
    grader.may_end.put(GOOD)
    assert isinstance(told.get(timeout=30), Checked)
    assert told.get(timeout=30) == Graded(2, GOOD)


def test_the_end_gives_up_what_goes_on(here, told):
    made = []
    (here / "project/app").mkdir(parents=True)
    with Runs(
        here / "project", told.put, lambda lesson: made.append(FakeGrader(lesson)) or made[0]
    ) as runs:
        begin(runs, made, 1)
    assert made[0].closed


def test_a_project_without_an_app(runs, told, here):
    (here / "project/app").rmdir()
    runs.ask(LESSON, grade(1))
    assert told.get(timeout=30).error.sentence == "There is no app/ folder in project."
