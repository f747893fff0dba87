"""A class as it might hand in: solutions, starters, wrong answers, and hostile submissions."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, cycle, islice, zip_longest
from pathlib import Path

from checker.curriculum import Curriculum, Lesson
from checker.curriculum.composition import solved, start, write
from checker.curriculum.wrong_answers import apply, load

HOSTILE = ("takes", "harms", "earns/01-models")
"""Folders of `tests/hostile/` whose files stand in the place of a package's first one."""
_VICTIM = "01"
"""The lesson that those are written for."""
_PLACE = "app/__init__.py"


def school(
    curriculum: Curriculum, lessons: list[Lesson], to: Path, *, number: int, hostile: int
) -> dict[str, list[Path]]:
    """Write so many submissions, the hostile ones among them, into a folder for each lesson.

    Gives back the paths of those that harm nobody, by lesson. No two submissions are alike, and
    the same numbers make the same class. Raises ValueError for hostile ones without lesson 01.
    """
    honest: dict[str, list[Path]] = {lesson.id: [] for lesson in lessons}
    kinds = {lesson.id: _kinds(curriculum, lesson) for lesson in lessons}
    for place, lesson in enumerate(islice(cycle(lessons), number - hostile)):
        project = to / lesson.id / f"student-{place:03}"
        next(kinds[lesson.id])(project)
        (project / "app" / "student.py").write_text(f"number = {place}\n", "utf-8")
        honest[lesson.id].append(project)
    if hostile:
        victim = next((each for each in lessons if each.number == _VICTIM), None)
        if victim is None:
            raise ValueError(f"hostile submissions are for lesson {_VICTIM}")
        for place, attack in enumerate(islice(cycle(attacks(curriculum)), hostile)):
            project = to / victim.id / f"hostile-{place:03}-{attack.stem}"
            write(solved(curriculum, victim), project)
            text = attack.read_text("utf-8").replace("@PORT@", "9")
            (project / _PLACE).write_text(text, "utf-8")
            (project / "app" / "student.py").write_text(f"number = {-place}\n", "utf-8")
    return honest


def _kinds(curriculum: Curriculum, lesson: Lesson) -> Iterator[Callable[[Path], None]]:
    """Without an end, how to write the next submission: every fourth is the solution, every eighth
    the starter, the others are wrong answers."""
    wrong = cycle(load(curriculum, lesson))
    for place in count():
        if place % 4 == 0:
            yield partial(write, solved(curriculum, lesson))
        elif place % 8 == 1:
            yield partial(write, start(curriculum, lesson))
        else:
            yield partial(apply, curriculum, lesson, next(wrong))


def attacks(curriculum: Curriculum) -> list[Path]:
    """The files of hostile authors, one of each kind in turn."""
    root = curriculum.root / "tests" / "hostile"
    kinds = [sorted((root / kind).glob("*.py")) for kind in HOSTILE]
    return [attack for some in zip_longest(*kinds) for attack in some if attack]
