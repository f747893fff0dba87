"""Whatever the learner's code does, it costs one clear failure, in bounded time."""

from pathlib import Path

import pytest

from checker.report import Outcome

from .conftest import CURRICULUM

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[1] / "disasters"
LESSON = CURRICULUM.lesson("01-models")
WORDS = {
    "always-equal": "while",
    "endless-loop": "No answer after 2 s while importing app.models",
    "memory-hog": "MemoryError while importing app.models",
    "not-utf8": "utf-8",
    "os-exit": "ended with status 0 while importing app.models",
    "print-flood": "File too large",
    "syntax-error": "SyntaxError while importing app.models",
    "sys-exit": "sys.exit(no database) was called while importing app.models",
    "waits-for-input": "EOFError while importing app.models",
}


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_a_disaster_is_one_clear_failure(name, over_solution, graders):
    deadline = {"endless-loop": 2.0, "always-equal": 5.0}.get(name, 20.0)
    report = graders.grade(LESSON, over_solution(LESSON, FOLDER / name), deadline=deadline)
    outcomes = {check.id: check.outcome for check in report.checks}
    failed = [
        id_ for id_, outcome in outcomes.items() if outcome in (Outcome.FAILED, Outcome.TIMED_OUT)
    ]
    assert Outcome.ERROR not in outcomes.values()
    if name != "always-equal":
        assert failed == ["01.importable"]
        assert report.check("01.importable").outcome is (
            Outcome.TIMED_OUT if name == "endless-loop" else Outcome.FAILED
        )
        assert WORDS[name] in report.check("01.importable").seen
    assert failed
    assert outcomes["01.requirements"] is Outcome.PASSED


@pytest.mark.parametrize("name", ["syntax-error", "sys-exit"])
def test_a_disaster_names_its_line(name, over_solution, graders):
    report = graders.grade(LESSON, over_solution(LESSON, FOLDER / name), deadline=5.0)
    assert report.check("01.importable").location.file == "app/models/post.py"
