"""What a project has before the lesson whose check asks: what the lessons before it have made."""

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.composition import base


@pytest.fixture
def inherited(request: pytest.FixtureRequest) -> frozenset[str]:
    """The names of the files that the reference has before this lesson."""
    checks = request.path.parent
    curriculum = load_curriculum(checks.parents[2])
    return frozenset(base(curriculum, curriculum.lesson(checks.parent.name)))
