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
    """As `wrong_answers`, one for each check, in their order: the one that bears its name, or its
    first variant."""
    found = {}
    for parameters in wrong_answers(lessons):
        _, wrong = parameters.values
        if wrong.check not in found or "--" not in wrong.name:
            found[wrong.check] = parameters
    order = [check for lesson in lessons for check in declared_checks(lesson)]
    return [found[check] for check in sorted(found, key=order.index)]


def some_wrong_answers(lessons):
    """As `first_wrong_answers`, but of slow lessons one for each task, and of the slowest one."""
    met, chosen = set(), []
    for parameters in first_wrong_answers(lessons):
        lesson, wrong = parameters.values
        if lesson.id in SLOWEST:
            group = lesson.id
        elif lesson.id in SLOW and wrong.check != lesson.stretch:
            group = lesson.task_of(wrong.check).id
        else:
            group = wrong.check
        if group not in met:
            met.add(group)
            chosen.append(parameters)
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
