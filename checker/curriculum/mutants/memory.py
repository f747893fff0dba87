"""What became of a lesson's mutants when they were last graded: `.mutants/NN-name.json`.

With it, a run grades what may come out otherwise now: a new mutant by every check, one that a
changed check had noticed by every check, and one that had survived by the changed checks.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from checker.curriculum.checks import check_ids
from checker.curriculum.composition import overlay
from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum
from checker.curriculum.mutants.mutant import Mutant


class Memory(BaseModel):
    """The fates of mutants, each with the checks by which it was found.

    A check is its id and a hash of its module and of all in its folder that is no module of checks,
    so not of what checks of several lessons share.
    """

    model_config = ConfigDict(extra="forbid")

    checks: dict[str, dict[str, str]] = {}
    """States of the lesson's checks: the hash of each by its id, by a hash of them all."""
    noticed: dict[str, tuple[str, str]] = {}
    """The check that noticed a mutant, and its hash, by a hash of the mutant."""
    survived: dict[str, str] = {}
    """Which state of the checks did not notice a mutant, by a hash of the mutant."""

    def by(self, mutant: Mutant, now: dict[str, str]) -> str:
        """The check that noticed a mutant, if it is as it was then."""
        check, state = self.noticed.get(_hash(mutant), ("", ""))
        return check if check and now.get(check) == state else ""

    def unseen(self, mutant: Mutant, now: dict[str, str]) -> tuple[str, ...]:
        """The checks that may notice a mutant: those that are not as they were when it survived."""
        then = self.checks.get(self.survived.get(_hash(mutant), ""), {})
        return tuple(check for check, state in now.items() if then.get(check) != state)

    def remember(self, mutant: Mutant, by: str, now: dict[str, str]) -> None:
        """That a check noticed a mutant, or, if none is named, that it survived them all."""
        self.forget(mutant)
        if by:
            self.noticed[_hash(mutant)] = (by, now[by])
        else:
            state = hashlib.sha256(json.dumps(now).encode()).hexdigest()[:12]
            self.survived[_hash(mutant)] = state
            self.checks[state] = now

    def forget(self, mutant: Mutant) -> None:
        self.noticed.pop(_hash(mutant), None)
        self.survived.pop(_hash(mutant), None)

    @classmethod
    def read(cls, curriculum: Curriculum, lesson: Lesson, mutants: Sequence[Mutant]) -> Self:
        """What is remembered of these mutants, or nothing where that cannot be read."""
        try:
            found = cls.model_validate_json(_place(curriculum, lesson).read_bytes())
        except (OSError, ValidationError):
            return cls()
        hashes = {_hash(mutant) for mutant in mutants}
        survived = {key: state for key, state in found.survived.items() if key in hashes}
        return cls(
            checks={key: found.checks[key] for key in set(survived.values()) & set(found.checks)},
            noticed={key: by for key, by in found.noticed.items() if key in hashes},
            survived=survived,
        )

    def write(self, curriculum: Curriculum, lesson: Lesson) -> None:
        path = _place(curriculum, lesson)
        path.parent.mkdir(exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
        new.replace(path)


def checks_now(lesson: Lesson) -> dict[str, str]:
    """The hash of each check of the lesson's tasks, by its id. Raises UserError."""
    folder = lesson.folder / "checks"
    shared = hashlib.sha256()
    for name, path in overlay(folder).items():
        if not path.name.startswith("test_"):
            shared.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return {
        id_: hashlib.sha256(shared.digest() + path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.glob("test_*.py"))
        for id_ in check_ids(lesson, path)
    }


def _hash(mutant: Mutant) -> str:
    """Of what a mutant is: another reference or another operator makes another."""
    return hashlib.sha256(f"{mutant.key.file}\0{mutant.code}".encode()).hexdigest()[:12]


def _place(curriculum: Curriculum, lesson: Lesson) -> Path:
    return curriculum.root / ".mutants" / f"{lesson.id}.json"
