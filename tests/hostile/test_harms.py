"""Code that does harm is graded to an end, earns nothing by it and leaves nothing behind.

An honest neighbour who is graded at the same time has the report that it has alone.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checker.report import Outcome
from tests.reports import untimed

from .conftest import CURRICULUM, earned

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
MODELS = CURRICULUM.lesson("01-models")
ROUTES = CURRICULUM.lesson("06-routes")
BUDGET = 240.0
"""Seconds, far more than any takes: a report that says it was over is none that has ended."""
SEED = 7


def attacks(folder):
    files = sorted((HERE / folder).glob("*.py"))
    return pytest.mark.parametrize("attack", files, ids=lambda path: path.stem)


@pytest.fixture(scope="session")
def alone(graders, tmp_path_factory):
    """A lesson's reference, graded with no one beside it."""
    from checker.curriculum.composition import solved, write

    found = {}

    def report(lesson):
        if lesson not in found:
            project = tmp_path_factory.mktemp("honest") / "project"
            write(solved(CURRICULUM, lesson), project)
            found[lesson] = project, graders.grade(lesson, project, seed=SEED)
        return found[lesson]

    return report


@pytest.fixture
def graded_beside(alone, graders, nothing_left):
    """Grade a hostile submission, and a neighbour at the same time."""

    def grade(lesson, project, **options):
        neighbour, expected = alone(MODELS)
        alone(lesson)
        with ThreadPoolExecutor(1) as thread:
            beside = thread.submit(graders.grade, MODELS, neighbour, seed=SEED)
            options = {"seed": SEED, "deadline": 5.0, "budget": BUDGET, **options}
            report = graders.grade(lesson, project, **options)
            assert untimed(beside.result()) == untimed(expected)
        nothing_left()
        assert earned(report) <= earned(alone(lesson)[1])
        assert "over its time" not in report.model_dump_json()
        return report

    return grade


@pytest.mark.parametrize(
    "attack", sorted((HERE / "harms").glob("*.py")), ids=lambda path: path.stem
)
def test_harm_at_import(attack, submission, graded_beside):
    only = ["01.importable", "01.tables", "01.unique"]
    report = graded_beside(MODELS, submission(MODELS, attack), only=only)
    assert Outcome.ERROR not in {check.outcome for check in report.checks}


@pytest.mark.parametrize(
    "attack", sorted((HERE / "serves").glob("*.py")), ids=lambda path: path.stem
)
def test_harm_by_answers(attack, submission, graded_beside):
    report = graded_beside(ROUTES, submission(ROUTES, attack), only=["06.read"])
    assert report.check("06.read").outcome in (Outcome.FAILED, Outcome.TIMED_OUT, Outcome.BLOCKED)


@pytest.mark.parametrize(
    "attack", sorted((HERE / "stores").glob("*.py")), ids=lambda path: path.stem
)
def test_harm_by_what_is_stored(attack, submission, graded_beside):
    project = submission(ROUTES, attack, at="alembic/versions/0004_hostile.py")
    report = graded_beside(ROUTES, project, only=["06.read"])
    assert report.check("06.read").outcome in (Outcome.FAILED, Outcome.TIMED_OUT, Outcome.BLOCKED)


SOURCES = {
    "long": lambda: "x = [" + "1, " * 1_700_000 + "]\n",
    "deep": lambda: "x = " + "-" * 100_000 + "1\n",
    "nested": lambda: "x = " + "(" * 50_000 + ")" * 50_000 + "\n",
    "chained": lambda: "x = y" + ".z" * 60_000 + "\n",
    "digits": lambda: "x = " + "9" * 200_000 + "\n",
    "nul": lambda: "x = 1\0\n",
}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_harm_by_source(name, submission, graded_beside):
    project = submission(MODELS, None)
    (project / "app/models/hostile.py").write_text(SOURCES[name]())
    report = graded_beside(MODELS, project)
    assert Outcome.ERROR not in {check.outcome for check in report.checks}
