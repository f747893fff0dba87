"""What no isolation keeps apart: a submission's interpreter answers for itself."""

from pathlib import Path

import pytest

from checker.curriculum.composition import start

from .conftest import CURRICULUM, earned

FORGED = Path(__file__).with_name("told") / "forged.py"
LESSON = CURRICULUM.lesson("01-models")


@pytest.mark.xfail(strict=True, reason="a probe's answer is the word of the code that is graded")
def test_an_answer_that_was_forged_earns_nothing(submission, graders):
    project = submission(LESSON, FORGED, at="app/models/__init__.py", over=start)
    report = graders.grade(LESSON, project, only=["01.importable"], budget=240.0)
    assert "01.importable" not in earned(report)
