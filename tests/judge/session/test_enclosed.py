"""Lessons are graded in a sandbox as they are outside: what the judge plays is reached from inside,
and what it cannot reach there itself is refused in a sentence."""

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, write
from checker.errors import UserError
from checker.judge import Grader
from checker.judge.session.worker import refuse_servers
from checker.subject import PLAIN, obstacle
from tests.reports import untimed

from .test_grader import PROJECT, lesson_of

CURRICULUM = load_curriculum()
LEVEL = "namespaces"
needs_sandbox = pytest.mark.skipif(bool(obstacle(LEVEL)), reason=f"no {LEVEL}: {obstacle(LEVEL)}")


@pytest.fixture
def graded(tmp_path):
    """Grade a lesson's solution, in the sandbox and outside."""

    def grade(name, isolation=LEVEL, **options):
        lesson = CURRICULUM.lesson(name)
        project = tmp_path / "project"
        if not project.exists():
            write(solved(CURRICULUM, lesson), project)
        with Grader(lesson, workers=1, isolation=isolation) as grader:
            return grader.grade(project, seed=7, **options)

    return grade


LAUNCHING = """
import os
from pathlib import Path

from checker.judge import check, expect


@check(title="It is known outside", items=["model.repr"], why="-", read="-")
def test_first(launch):
    one, other = (launch("timeit", "-n1", "-r1", f"import time; time.sleep({n})") for n in (90, 91))
    for running, seconds in ((one, "90"), (other, "91")):
        command = Path(f"/proc/{running.outside}/cmdline").read_text()
        expect(f"time.sleep({seconds})" in command, seen=command, wanted=seconds)
    os.kill(one.outside, 9)
    expect(one.wait(20) == -9, seen=f"{one.status}", wanted="-9")
    expect(one.outside is None, seen=f"{one.outside}", wanted="None")


@check(title="It has another number inside", items=["model.repr"], why="-", read="-")
def test_second(launch):
    running = launch("timeit", "-n1", "-r1", "import time; time.sleep(90)")
    expect(running.outside != running.pid, seen=f"{running.pid}", wanted="another number")
"""


@needs_sandbox
def test_a_process_inside_is_known_by_its_number_outside(tmp_path):
    lesson = lesson_of(LAUNCHING, tmp_path / "launching")
    with Grader(lesson, workers=1, isolation=LEVEL) as grader:
        report = grader.grade(PROJECT)
    assert [check.seen for check in report.checks] == ["", ""]


@needs_sandbox
@pytest.mark.slow
@pytest.mark.parametrize(
    "check",
    [
        pytest.param("10.together", id="upstream"),
        pytest.param("13.mail", id="mail"),
        pytest.param("14.workers", id="processes"),
        pytest.param("15.producer", id="kafka"),
    ],
)
def test_what_the_judge_plays_is_reached_from_inside(graded, check):
    report = graded(check[:2], only=[check])
    assert [(each.id, each.seen) for each in report.checks if each.is_open] == []
    assert report.isolation == LEVEL


@needs_sandbox
@pytest.mark.corpus
@pytest.mark.parametrize("lesson", CURRICULUM.lessons, ids=lambda lesson: lesson.id)
def test_the_report_is_that_of_a_grading_outside(graded, lesson):
    inside, outside = graded(lesson.id), graded(lesson.id, PLAIN)
    assert (inside.isolation, outside.isolation) == (LEVEL, PLAIN)
    as_outside = untimed(inside).model_copy(update={"isolation": PLAIN})
    assert as_outside == untimed(outside)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHECKER_DATABASE_URL", "postgresql://user:password@127.0.0.1:5432/postgres"),
        ("CHECKER_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
        ("CHECKER_KAFKA_BOOTSTRAP_SERVERS", "apache"),
    ],
)
def test_a_server_that_enclosed_code_cannot_reach_is_refused(monkeypatch, variable, value):
    monkeypatch.delenv("CHECKER_DATABASE_URL", raising=False)
    refuse_servers()
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserError, match=f"{variable} asks for a server"):
        refuse_servers()
