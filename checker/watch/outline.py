"""What a lesson's checks are called and what they prove, before any of them has run."""

from collections.abc import Mapping
from dataclasses import dataclass

from checker.curriculum import Lesson
from checker.curriculum.checks import declared_checks
from checker.errors import UserError


@dataclass(frozen=True)
class Outline:
    titles: Mapping[str, str]
    """By check."""
    items: Mapping[str, frozenset[str]]
    """The checks that prove an item, by item."""


def outline(lesson: Lesson) -> Outline:
    """Read it from the source of the checks. What cannot be read there goes by its id."""
    try:
        declared = declared_checks(lesson)
    except (OSError, UserError):
        declared = {}
    items: dict[str, set[str]] = {}
    titles = {}
    for id_ in lesson.checks:
        facts = declared.get(id_, {})
        titles[id_] = str(facts.get("title", id_))
        for item in facts.get("items", ()):
            items.setdefault(item, set()).add(id_)
    return Outline(titles, {item: frozenset(checks) for item, checks in items.items()})
