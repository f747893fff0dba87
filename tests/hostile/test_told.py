"""What no isolation keeps apart: a submission's interpreter answers for itself. What it earns so
is said to be not witnessed."""

from pathlib import Path

import pytest

from checker.curriculum.composition import start
from checker.judge.reach import reaches
from checker.report.attested import attested, is_witnessed

from .conftest import CURRICULUM, earned

FORGERIES = sorted(Path(__file__).with_name("told").glob("*.py"))
PLACE = "app/models/__init__.py"
REACHED = {"collected": {PLACE}, "forged": {PLACE}, "frames": {PLACE}, "written": set()}
"""Where the source reaches. Who replaces what everybody uses need not reach for anything."""
LESSON = CURRICULUM.lesson("01-models")


@pytest.fixture(scope="module")
def honest(graders, tmp_path_factory):
    """What the starter earns, which is what the forgeries are made of."""
    from checker.curriculum.composition import write

    project = tmp_path_factory.mktemp("starter") / "project"
    write(start(CURRICULUM, LESSON), project)
    return earned(graders.grade(LESSON, project, seed=7, budget=240.0))


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda path: path.stem)
def test_what_a_forged_answer_earns_is_not_witnessed(forgery, submission, graders, honest):
    project = submission(LESSON, forgery, at=PLACE, over=start)

    report = graders.grade(LESSON, project, seed=7, budget=240.0)

    report = attested(report, reaches(project))
    seen = {check.id for check in report.checks if is_witnessed(check, report.reaches)}
    seen |= {item.id for item in report.items if item.witnessed}
    assert seen <= honest
    assert {reach.location.file for reach in report.reaches} == REACHED[forgery.stem]
