"""Code that looks for what it should not have finds nothing, and is otherwise graded as it is."""

from pathlib import Path

import pytest

from checker.report import Outcome

from .conftest import CURRICULUM

ATTACKS = sorted(Path(__file__).with_name("takes").glob("*.py"))
LESSON = CURRICULUM.lesson("01-models")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_nothing_is_found(attack, submission, graders, nothing_left):
    report = graders.grade(LESSON, submission(LESSON, attack), only=["01.importable"])
    assert "LOOT" not in report.model_dump_json()
    assert report.check("01.importable").outcome is Outcome.PASSED, report.check(
        "01.importable"
    ).seen
    assert report.isolation == "namespaces"
    nothing_left()
