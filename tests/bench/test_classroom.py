"""A class beside cold pytest: what is compared, and in which order."""

import json

import pytest

from bench import classroom
from bench.sides import Wrong
from checker.batch import run
from checker.report import Report, Verdict
from checker.subject import PLAIN, reached


@pytest.fixture
def order(monkeypatch):
    """What was done in which order. Nothing is graded, and everything passes."""
    done = []

    class Stand:
        def __init__(self, lesson, *, isolation, **_):
            self.lesson, self.isolation = lesson, isolation

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def grade(self, project, **_):
            done.append(self.isolation)
            return Report(
                lesson=self.lesson.id,
                outcome=Verdict.PASSED,
                isolation="process",
                seed=1,
                duration_ms=1,
                items=(),
                checks=(),
            )

    def cold(_, project, *, may_fail):
        assert may_fail
        done.append(project.name)
        return 2.0

    monkeypatch.setattr(run, "Grader", Stand)
    monkeypatch.setattr(classroom.sides, "cold_pytest", cold)
    return done, Stand


def test_cold_runs_stand_on_both_sides_of_a_class_of_different_projects(order, capsys):
    done, _ = order

    arguments = ["00", "01", "--submissions", "6", "--hostile", "2", "--cold", "1", "--turns", "0"]
    assert classroom.main(arguments) == 0

    assert done == ["student-000", *[reached().name] * 6, "student-001"]
    told = json.loads(capsys.readouterr().out)
    assert told["lessons"] == ["00", "01"]
    assert told["submissions"] == 6
    assert told["cold_pytest"] == 2.0
    assert told["ratio"] == pytest.approx(2.0 / told["grade"], rel=0.5)
    assert "sandbox_cost" not in told


def test_the_sandbox_is_compared_in_turns_on_those_that_harm_nobody(order, capsys):
    done, _ = order

    arguments = ["00", "01", "--submissions", "4", "--hostile", "1", "--cold", "1", "--turns", "2"]
    assert classroom.main(arguments) == 0

    there = reached().name
    assert done[1:5] == [there] * 4
    assert done[6:] == [there] * 3 + [PLAIN] * 6 + [there] * 3
    assert len(json.loads(capsys.readouterr().out)["sandbox_cost"]) == 2


def test_a_submission_without_a_result_says_nothing_of_time(order, monkeypatch):
    _, stand = order

    def fails(self, project, **_):
        raise RuntimeError("no report")

    monkeypatch.setattr(stand, "grade", fails)
    with pytest.raises(Wrong, match=r"student-000 of 2 has no result\."):
        classroom.main(["00", "--submissions", "2", "--hostile", "0", "--cold", "1"])
