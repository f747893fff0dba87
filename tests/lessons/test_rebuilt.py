"""The service that lesson 08 runs a suite on keeps what the lessons before it ask for."""

import pytest

from checker.curriculum.composition import base, overlay, write
from checker.report import Outcome

from .conftest import CURRICULUM

TESTS = CURRICULUM.lesson("08")
BEFORE = [lesson for lesson in CURRICULUM.lessons if lesson.number < TESTS.number]


@pytest.mark.parametrize("lesson", BEFORE, ids=lambda lesson: lesson.id)
def test_the_rebuilt_service_passes(lesson, graders, tmp_path):
    rebuilt = overlay(TESTS.folder / "checks" / "refactors" / "rebuilt")
    write({**base(CURRICULUM, TESTS), **rebuilt}, tmp_path)
    report = graders.grade(lesson, tmp_path)
    assert {
        check.id: (check.outcome, check.seen)
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    } == {}
