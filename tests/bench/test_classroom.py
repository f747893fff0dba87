"""A class beside cold pytest: what is compared, and in which order."""

import json

import pytest

from bench import classroom
from bench.sides import Wrong
from checker.batch import run
from checker.report import Report, Verdict


@pytest.fixture
def order(monkeypatch):
    """What was done in which order. Nothing is graded, and everything passes."""
    done = []

    class Stand:
        verdict = Verdict.PASSED

        def __init__(self, lesson, **_):
            self.lesson = lesson

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def grade(self, project, **_):
            done.append("class")
            return Report(
                lesson=self.lesson.id,
                outcome=self.verdict,
                isolation="process",
                seed=1,
                duration_ms=1,
                items=(),
                checks=(),
            )

    def cold(_, project):
        done.append(project.name)
        return 2.0

    monkeypatch.setattr(run, "Grader", Stand)
    monkeypatch.setattr(classroom.sides, "cold_pytest", cold)
    return done, Stand


def test_cold_runs_stand_on_both_sides_of_a_class_of_different_projects(order, capsys):
    done, _ = order

    assert classroom.main(["00", "--submissions", "3", "--cold", "2", "--plain"]) == 0

    assert done == ["student-000", *["class"] * 3, "student-002"]
    told = json.loads(capsys.readouterr().out)
    assert told["submissions"] == 3
    assert told["cold_pytest"] == 2.0
    assert told["ratio"] == pytest.approx(2.0 / told["grade"], rel=0.5)


def test_a_class_that_does_not_pass_says_nothing_of_time(order):
    _, stand = order
    stand.verdict = Verdict.FAILED

    with pytest.raises(Wrong, match=r"student-000 of 2 does not pass\."):
        classroom.main(["00", "--submissions", "2", "--cold", "2", "--plain"])
