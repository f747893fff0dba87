"""The projects that are graded: a lesson's solution, one in which most checks fail, and a save."""

from itertools import count
from pathlib import Path
from typing import Any

from checker.curriculum import Curriculum, Lesson
from checker.curriculum.composition import solved, write
from checker.curriculum.edits import Edit, change
from checker.curriculum.library import read_toml

FAILING = Path(__file__).parent / "failing"

_FILES = (
    "app/services/post_service.py",
    "app/repositories/post_repository.py",
    "app/schemas/post.py",
    "app/models/post.py",
    "app/config.py",
)
"""What a learner saves: the first of these that the project has."""

_numbers = count(1)


def solution(curriculum: Curriculum, lesson: Lesson, to: Path) -> Path:
    write(solved(curriculum, lesson), to)
    return to


def has_failing(lesson: Lesson) -> bool:
    return (FAILING / f"{lesson.id}.toml").exists()


def failing(curriculum: Curriculum, lesson: Lesson, to: Path) -> Path:
    """The solution with the mistakes of `failing/NN-name.toml`. Raises CurriculumError."""
    file = FAILING / f"{lesson.id}.toml"
    edits: list[dict[str, Any]] = read_toml(file, file.relative_to(FAILING.parent))["edit"]
    write(solved(curriculum, lesson), to)
    for edit in edits:
        change(to, Edit(**edit), file.name)
    return to


def save(project: Path) -> str:
    """Change one file, as an editor does: its last line becomes a comment with a new number.

    Gives back the file's path in the project.
    """
    name = next(name for name in _FILES if (project / name).exists())
    file = project / name
    text = file.read_text(encoding="utf-8").partition("\n# Saved")[0].rstrip("\n")
    file.write_text(f"{text}\n\n# Saved {next(_numbers)} times.\n", encoding="utf-8")
    return name
