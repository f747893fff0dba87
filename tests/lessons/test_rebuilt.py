"""The service that lesson 08 runs a suite on keeps what the lessons before it ask for."""

import pytest

from checker.curriculum.composition import write
from kit.suites import services_for

from .conftest import CURRICULUM, not_passed

TESTS = CURRICULUM.lesson("08")
BEFORE = [lesson for lesson in CURRICULUM.lessons if lesson.number < TESTS.number]


@pytest.mark.parametrize("lesson", BEFORE, ids=lambda lesson: lesson.id)
def test_the_rebuilt_service_passes(lesson, graders, tmp_path):
    write(services_for(TESTS.folder / "checks", tmp_path).rebuilt, tmp_path)
    report = graders.grade(lesson, tmp_path)
    assert not_passed(report) == {}
