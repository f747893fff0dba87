"""What the last whole run of a lesson's mutants covered: `tests/mutants/NN-name.json`.

The lesson's checks are proved for just that state of reference, checks and operators.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from checker.curriculum.composition import base, overlay, solution
from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum
from checker.curriculum.mutants.explained import explained
from checker.curriculum.mutants.explained import stale as stale_among
from checker.curriculum.mutants.generate import mutants_of


class Covered(BaseModel):
    """A whole run in figures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    """A hash of everything that decides which mutants there are and which are noticed."""
    mutants: int
    noticed: int
    equivalent: int
    free: int
    later: int
    survive: int
    errors: int


def covered_at(curriculum: Curriculum, lesson: Lesson) -> Path:
    return curriculum.root / "tests" / "mutants" / f"{lesson.id}.json"


def state_of(curriculum: Curriculum, lesson: Lesson) -> str:
    """The hash of the lesson's reference and checks, and of the operators.

    Not of what checks of several lessons share: each lesson's wrong answers prove that.
    """
    inherited = base(curriculum, lesson)
    folders = {
        "solution": solution(lesson),
        "before": {name: path for name, path in inherited.items() if name in solution(lesson)},
        "checks": overlay(lesson.folder / "checks"),
        "operators": {
            name: path
            for name, path in overlay(Path(__file__).parent).items()
            if name not in ("covered.py", "explained.py", "memory.py")
        },
    }
    digest = hashlib.sha256()
    for folder, tree in folders.items():
        for name, path in tree.items():
            digest.update(f"{folder}/{name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def covered(curriculum: Curriculum, lesson: Lesson) -> Covered | None:
    """What the last run wrote down, if it did and that can be read."""
    try:
        return Covered.model_validate_json(covered_at(curriculum, lesson).read_bytes())
    except (OSError, ValidationError):
        return None


def write_covered(curriculum: Curriculum, lesson: Lesson, covered: Covered) -> None:
    path = covered_at(curriculum, lesson)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(covered.model_dump_json(indent=2) + "\n", encoding="utf-8")


def uncovered(curriculum: Curriculum, lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Where, and in one sentence why, a lesson's mutants are to be looked at again.

    Nothing is graded for it. A curriculum without `tests/mutants/` has none to look at.
    """
    if not (curriculum.root / "tests" / "mutants").is_dir():
        return
    for key in stale_among(
        explained(curriculum, lesson), {each.key for each in mutants_of(curriculum, lesson)}
    ):
        yield f"tests/mutants/{lesson.id}.toml", f"explains what is no mutant: {key.changed!r}."
    last = covered(curriculum, lesson)
    where = f"tests/mutants/{covered_at(curriculum, lesson).name}"
    again = f"Run: checker dev mutants {lesson.number}"
    if last is None:
        yield where, f"does not tell what its mutants showed. {again}"
    elif last.state != state_of(curriculum, lesson):
        yield where, f"is older than the reference, the checks or the operators. {again}"
    elif last.survive or last.errors:
        yield where, f"{last.survive} survive, {last.errors} end in error. {again}"
