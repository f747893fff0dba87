"""What is to be checked, by name: a whole lesson, one of its tasks, or a single check."""

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.errors import UserError

if TYPE_CHECKING:
    from checker.curriculum import Curriculum, Lesson


def chosen(
    known: "Curriculum", names: Sequence[str], current: "Lesson | None" = None
) -> "dict[Lesson, set[str]]":
    """The lessons of `05`, `05.2`, `05.conflict` and `all`, each with the checks asked for.

    A single check comes with those that it needs; all of a lesson is an empty set. All lessons are
    those up to `current`, else every one. Raises UserError.
    """
    found: dict[Lesson, set[str]] = {}
    for name in names:
        if name.lower() == "all":
            lessons = (*known.up_to(current), current) if current else known.lessons
            found |= {lesson: set() for lesson in lessons}
            continue
        number, dot, _ = name.partition(".")
        lesson = known.lesson(number if dot else name)
        part = _part(lesson, name) if dot else set()
        whole = not part or found.get(lesson) == set()
        found[lesson] = set() if whole else found.get(lesson, set()) | part
    return found


def _part(lesson: "Lesson", name: str) -> set[str]:
    """The checks of a task, or one check with what it needs."""
    from checker.curriculum.checks import declared_checks

    _, _, slug = name.partition(".")
    tasks = {task.id: task.checks for task in lesson.tasks}
    id_ = f"{lesson.number}.{slug}"
    if id_ == lesson.stretch:
        return set()  # it needs all of them
    waiting = list(tasks.get(id_, (id_,)))
    if not set(waiting) <= set(lesson.checks):
        offers = [*lesson.checks, *tasks]
        near = difflib.get_close_matches(id_, offers, n=1)
        raise UserError(
            f"There is no check and no task {name!r} in {lesson.id}.",
            f"Is it {near[0]}?" if near else f"They are: {', '.join(lesson.checks)}.",
        )
    declared = declared_checks(lesson)
    wanted: set[str] = set()
    while waiting:
        check = waiting.pop()
        if check not in wanted and check in declared:
            wanted.add(check)
            waiting += declared[check].get("needs", ())
    return wanted
