"""The solutions of the lessons with a broker pass on Apache Kafka as well: on one that the checker
has started, and on one that is merely named, where what would take it away is not graded."""

import pytest

from checker.broker.apache import Apache
from checker.broker.choice import VARIABLE
from checker.judge import Graders
from checker.judge.verify import verify_solution

from .conftest import CURRICULUM

LESSONS = [
    lesson
    for lesson in CURRICULUM.lessons
    if any("broker" in file.read_text() for file in lesson.folder.glob("checks/test_*.py"))
]
FIRST = [("apache", LESSONS[0]), ("apache", LESSONS[1])]
"""Minutes each, with `make slow`: `make corpus` has the others."""

pytestmark = [pytest.mark.apache, pytest.mark.xdist_group("apache")]


@pytest.fixture(scope="module")
def named():
    """The address of one that somebody else has started."""
    with Apache() as kafka:
        yield f"127.0.0.1:{kafka.port}"


@pytest.fixture
def broker(said, request, monkeypatch):
    given = request.getfixturevalue("named") if said == "named" else said
    monkeypatch.setenv(VARIABLE, given)


@pytest.mark.parametrize(
    ("said", "lesson"),
    [
        pytest.param(
            said,
            lesson,
            id=f"{said}-{lesson.id}",
            marks=pytest.mark.slow if (said, lesson) in FIRST else pytest.mark.corpus,
        )
        for said in ("apache", "named")
        for lesson in LESSONS
    ],
)
def test_a_solution_passes(said, lesson, broker):
    with Graders() as graders:
        assert verify_solution(CURRICULUM, lesson, graders) == []
