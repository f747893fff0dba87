"""What a hostile author puts beside unfinished code earns nothing that the code alone does not."""

from pathlib import Path

import pytest

from checker.curriculum.composition import start

from .conftest import CURRICULUM, earned

pytestmark = pytest.mark.slow

HERE = Path(__file__).with_name("earns")
PLACES = {"pretended": ("alembic.py", "alembic/__main__.py", "alembic/__init__.py")}
"""Where a file stands that is not in the place of the package's first one."""
ATTACKS = sorted(HERE.glob("*/*.py"))


@pytest.fixture(scope="session")
def honest(graders, tmp_path_factory):
    """What the starter earns, which is what the attacks are made of."""
    from checker.curriculum.composition import write

    found = {}

    def report(lesson):
        if lesson not in found:
            project = tmp_path_factory.mktemp("starter") / "project"
            write(start(CURRICULUM, lesson), project)
            found[lesson] = earned(graders.grade(lesson, project, seed=7, budget=240.0))
        return found[lesson]

    return report


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_is_earned(attack, submission, graders, honest, nothing_left):
    lesson = CURRICULUM.lesson(attack.parent.name)
    for place in PLACES.get(attack.stem, ("app/__init__.py",)):
        project = submission(lesson, attack, at=place, over=start)
        report = graders.grade(lesson, project, seed=7, budget=240.0)
        assert earned(report) <= honest(lesson)
    nothing_left()
