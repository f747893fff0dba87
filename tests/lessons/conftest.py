"""Projects to grade: the reference, and overlays over it."""

import re
import shutil
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.checks import declared_checks
from checker.curriculum.composition import overlay, solved, write
from checker.curriculum.wrong_answers import load
from checker.judge import Graders
from checker.report import Outcome

CURRICULUM = load_curriculum()
SLOW = {each.id for each in CURRICULUM.lessons if each.number > "07"}
"""Their checks run the learner's suite on many bugs, or start many processes."""
SLOWEST = SLOW - {each.id for each in CURRICULUM.lessons if each.number in ("10", "11")}
"""Those of which a grading takes half a minute and more."""
FIRST_REVISION = re.compile(r"^down_revision\b.*= None$", re.MULTILINE)


def wrong_answers(lessons):
    """What a test of each wrong answer is given: the lesson and the wrong answer."""
    return [
        pytest.param(lesson, wrong, id=f"{lesson.id}-{wrong.name}")
        for lesson in lessons
        for wrong in load(CURRICULUM, lesson)
    ]


def first_wrong_answers(lessons):
    """As `wrong_answers`, one for each check: the one that bears its name, or its first variant.

    Of slow lessons, the rest of which `make corpus` grades, one for each task; of the slowest, one:
    the first, in the order of the checks.
    """
    found = {}
    for parameters in wrong_answers(lessons):
        _, wrong = parameters.values
        if wrong.check not in found or "--" not in wrong.name:
            found[wrong.check] = parameters
    met, chosen = set(), []
    order = [check for lesson in lessons for check in declared_checks(lesson)]
    for check in sorted(found, key=order.index):
        parameters = found[check]
        lesson, wrong = parameters.values
        if lesson.id in SLOWEST:
            group = lesson.id
        else:
            group = "" if wrong.check == lesson.stretch else lesson.task_of(wrong.check).id
        slow = lesson.id in SLOW and group in met
        met.add(group)
        chosen.append(
            pytest.param(lesson, wrong, id=parameters.id, marks=pytest.mark.corpus if slow else ())
        )
    return chosen


def not_passed(report):
    """Outcome and words of each check that has not passed."""
    return {
        check.id: (check.outcome, check.seen)
        for check in report.checks
        if check.outcome is not Outcome.PASSED
    }


@pytest.fixture(scope="session")
def graders():
    """One worker each: the tests are spread over the cores already."""
    with Graders(workers=1) as opened:
        yield opened


@pytest.fixture
def over_solution(tmp_path):
    """Write solved(N) with the files of a folder laid over it; give back the project's folder."""

    def make(lesson, folder: Path) -> Path:
        project = tmp_path / "project"
        files, tree = overlay(folder), solved(CURRICULUM, lesson)
        suite = any(name.startswith("tests/") for name in files)
        history = any(
            name.startswith("alembic/versions/") and FIRST_REVISION.search(path.read_text())
            for name, path in files.items()
        )
        for own, whole in ((suite, "tests/"), (history, "alembic/versions/")):
            if own:
                tree = {name: path for name, path in tree.items() if not name.startswith(whole)}
        write({**tree, **files}, project)
        return project

    yield make
    shutil.rmtree(tmp_path / "project", ignore_errors=True)
