"""The lessons with a database, graded on PostgreSQL. Nothing of a grading is left on the server."""

from urllib.parse import quote

import pytest

from checker.curriculum.composition import solved, write
from checker.curriculum.edits import Edit, change
from checker.curriculum.wrong_answers import load
from checker.errors import UserError
from checker.judge import Cancellation, Cancelled, Grader, Graders, grade
from checker.judge.databases.server import VARIABLE
from checker.judge.verify import verify_solution, verify_wrong_answer
from checker.report import Outcome

from .conftest import CURRICULUM

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.usefixtures("on_postgresql")]
CORPUS = pytest.mark.corpus
WRONG = [
    ("01", "foreign-key"),
    ("02", "constraints--cascade"),
    ("02", "engine"),
    ("04", "leaves-the-commit"),
    ("05", "race"),
    ("06", "commit-failure"),
    ("07", "unexpected"),
    pytest.param("09", "own-posts--after", marks=CORPUS),
    ("11", "cost"),
    pytest.param("11", "index", marks=CORPUS),
]
SOLUTIONS = [
    *("02", "09", "11"),
    *(pytest.param(each, marks=CORPUS) for each in ("01", "04", "05", "06", "07")),
]
"""What the last five ask for is in the first three as well."""


@pytest.fixture(scope="module")
def graders():
    """Their processes are started with the server's variable set."""
    with Graders(workers=1) as opened:
        yield opened


@pytest.fixture
def project(tmp_path):
    """The reference of lesson 06."""
    write(solved(CURRICULUM, CURRICULUM.lesson("06")), tmp_path / "project")
    return tmp_path / "project"


@pytest.mark.parametrize("lesson", SOLUTIONS)
def test_the_solution_passes(lesson, graders):
    assert verify_solution(CURRICULUM, CURRICULUM.lesson(lesson), graders) == []


@pytest.mark.parametrize(("number", "name"), WRONG)
def test_a_wrong_answer_fails_its_check_and_no_other(number, name, graders):
    lesson = CURRICULUM.lesson(number)
    [wrong] = [each for each in load(CURRICULUM, lesson) if each.path.stem == name]
    assert verify_wrong_answer(CURRICULUM, lesson, wrong, graders) == []


@pytest.mark.corpus
def test_a_relay_that_remembers_the_last_id_loses_what_is_committed_late(tmp_path, graders):
    """Which SQLite cannot show: there, nobody is in front of who commits."""
    lesson, project = CURRICULUM.lesson("15"), tmp_path / "project"
    write(solved(CURRICULUM, lesson), project)
    for file, find, new in (
        ("kafka/relay.py", "list_waiting(BATCH)", "list_waiting(BATCH, self._last)"),
        ("kafka/relay.py", "self._renew_at = 0.0", "self._renew_at = 0.0\n        self._last = 0"),
        ("kafka/relay.py", "acknowledged.append(event.id)", "self._last = event.id"),
        ("repositories/outbox_repository.py", "limit: int)", "limit: int, after: int)"),
        ("repositories/outbox_repository.py", ".error.is_(None)", ".id > after"),
    ):
        change(project, Edit(file=f"app/{file}", find=find, replace=new), "last id")
    report = graders.grade(lesson, project, deadline=60, only=["15.order"])
    assert "Of 44 events 1 did not come" in report.check("15.order").seen


def test_the_learners_code_is_on_the_server(project, on_postgresql):
    (project / "app/database.py").write_text(
        "import os\nraise LookupError(os.environ['DATABASE_URL'])\n"
    )
    report = grade(CURRICULUM.lesson("06"), project)
    seen = " ".join(check.seen for check in report.checks)
    assert "postgresql+asyncpg://" in seen
    assert quote(str(on_postgresql.folder), safe="") in seen
    assert "sqlite" not in seen


def test_ctrl_c_leaves_nothing(project, on_postgresql):
    during = []

    def stop(result):
        if result.id == "06.created":
            during.extend(on_postgresql.databases())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(CURRICULUM.lesson("06"), project, deadline=60, on_result=stop)
    assert len(during) == 2


def test_warm_gradings_leave_nothing_nor_does_one_that_is_given_up(project, on_postgresql):
    lesson = CURRICULUM.lesson("06")
    seen = []

    def stop(result):
        seen.append(result.id)
        if result.id == "06.created":
            cancellation.cancel()

    cancellation = Cancellation()
    with Grader(lesson) as grader:
        with pytest.raises(Cancelled):
            grader.grade(project, on_result=stop, cancellation=cancellation)
        assert on_postgresql.databases() == set()
        report = grader.grade(project, first=["06.created"])
        assert on_postgresql.databases() == set()
    assert seen
    assert {check.outcome for check in report.checks} == {Outcome.PASSED}


def test_a_server_that_is_gone_is_said_before_anything_is_graded(project, monkeypatch):
    monkeypatch.setenv(VARIABLE, "postgresql://judge@127.0.0.1:1/x")
    results = []
    with pytest.raises(UserError, match="cannot be used"):
        grade(CURRICULUM.lesson("06"), project, on_result=results.append)
    assert results == []
