"""What the checks of a lesson about tests run a suite on: a service that is right, the same built
another way, and bugs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.curriculum import load_curriculum
from checker.curriculum.bugs import Bug, load_bugs
from checker.curriculum.composition import base, overlay


@dataclass(frozen=True)
class Services:
    """`reference` are the solutions of the lessons before, `rebuilt` those and the overlay in
    `checks/refactors/rebuilt`, `bugs` the changes to the reference in `checks/mutants.toml`."""

    reference: Mapping[str, Path]
    rebuilt: Mapping[str, Path]
    bugs: tuple[Bug, ...]


def services(checks: Path) -> Services:
    """Those of the lesson whose checks are in this folder."""
    curriculum = load_curriculum(checks.parents[2])
    lesson = curriculum.lesson(checks.parent.name)
    reference = base(curriculum, lesson)
    rebuilt = {**reference, **overlay(checks / "refactors" / "rebuilt")}
    return Services(reference, rebuilt, load_bugs(lesson))
