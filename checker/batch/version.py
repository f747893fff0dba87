"""What a result depends on besides the submission, as hashes in hex digits.

What shows results, and what only a learner's own workspace has, is left out: a better sentence in a
command's help grades nobody anew.
"""

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

from checker.broker.choice import VARIABLE as KAFKA
from checker.curriculum import Curriculum, Lesson
from checker.digest import digest_of
from checker.judge.databases.server import VARIABLE as POSTGRESQL

CHECKER = Path(__file__).parents[1]
ABOVE = frozenset({"batch", "cli", "ingest", "watch", "workspace"})
"""The parts of the checker that no grading uses: those above the judge, and beside it."""
_DROPPINGS = (".pyc", ".pyo", "~", ".swp")
_TEXT = "README.md"


def lesson_versions(curriculum: Curriculum, lessons: Iterable[Lesson]) -> dict[str, str]:
    """By lesson, the hash of its folder but for the text, of what all share, and of the checker."""
    course = curriculum.course.folder
    shared = [course / name for name in ("course.toml", "kit", curriculum.course.guideline)]
    shared += [each.folder / "lesson.toml" for each in curriculum.lessons]
    shared.append(curriculum.root / "solutions")  # some checks grade tests by running them on these
    named = {each.relative_to(curriculum.root).as_posix(): each for each in shared}
    parts = [each for each in CHECKER.iterdir() if each.name not in ABOVE]
    common = _hash(named | {f"checker/{each.name}": each for each in parts})
    return {
        each.id: hashlib.sha256(f"{common} {_hash({each.id: each.folder})}".encode()).hexdigest()
        for each in lessons
    }


def environment(root: Path) -> str:
    """The hash of the lock, of Python's version, and of the servers that checks are given."""
    lock = root / "requirements.lock"
    held = {
        "lock": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "database": os.environ.get(POSTGRESQL, "").partition(":")[0],
        "kafka": os.environ.get(KAFKA, ""),
    }
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _hash(places: Mapping[str, Path]) -> str:
    return digest_of(
        (
            f"{name}/{path.relative_to(place).as_posix()}",
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for name, place in sorted(places.items())
        for path in (sorted(place.rglob("*")) if place.is_dir() else [place])
        if path.is_file() and not path.name.endswith(_DROPPINGS) and path.name != _TEXT
    )
