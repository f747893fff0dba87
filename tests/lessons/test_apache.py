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

pytestmark = [pytest.mark.apache, pytest.mark.xdist_group("apache")]


@pytest.fixture(scope="module")
def named():
    """The address of one that somebody else has started."""
    with Apache() as kafka:
        yield f"127.0.0.1:{kafka.port}"


@pytest.fixture(params=["apache", "named"])
def broker(request, monkeypatch):
    said = request.getfixturevalue("named") if request.param == "named" else "apache"
    monkeypatch.setenv(VARIABLE, said)


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(
            lesson, id=lesson.id, marks=pytest.mark.corpus if lesson in LESSONS[2:] else ()
        )
        for lesson in LESSONS
    ],
)
def test_a_solution_passes(lesson, broker):
    with Graders() as graders:
        assert verify_solution(CURRICULUM, lesson, graders) == []
