"""A pytest item as the check that it is."""

from dataclasses import replace
from pathlib import Path

import pytest

from checker.curriculum import Curriculum, Lesson, load_curriculum
from checker.errors import UserError
from checker.judge.declaration import ATTRIBUTE, Declaration, slug


def curriculum_of(path: Path) -> Curriculum:
    """The lessons among which a check module stands. Raises UserError."""
    return load_curriculum(path.parents[3])


def lesson_of(path: Path) -> Lesson:
    """The lesson that a check module stands in. Raises UserError."""
    return curriculum_of(path).lesson(path.parents[1].name)


def check_id(item: pytest.Item) -> str:
    """The id of the check that a pytest item is: `01.post-author`."""
    name = getattr(item, "originalname", None) or item.name
    return f"{item.path.parents[1].name[:2]}.{slug(name)}"


def position(item: pytest.Item) -> tuple[str, int]:
    """Where in the lesson's tasks a check stands; anything else comes last."""
    try:
        lesson = lesson_of(item.path)
        return lesson.id, lesson.checks.index(check_id(item))
    except (KeyError, ValueError, IndexError, UserError):
        return "99", 0


def declaration_of(item: pytest.Item) -> Declaration | None:
    """What a pytest item declares as a check; None for any other test.

    A stretch exercise needs all that its lesson asks for.
    """
    found = getattr(getattr(item, "function", None), ATTRIBUTE, None)
    if not isinstance(found, Declaration):
        return None
    return replace(found, needs=lesson_of(item.path).checks) if found.stretch else found
