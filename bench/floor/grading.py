"""Runs a lesson's checks on a project: a fork for the learner's code, and of it one for each."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.floor.cases import Case
from bench.floor.fork import in_fork
from bench.floor.subject import InProcess
from checker.curriculum import Lesson
from checker.judge.databases import Databases
from checker.judge.judge import Judge
from checker.judge.session.workroom import roomy
from checker.subject import Snapshot
from kit import usual

SEED = 6
DEADLINE = 10.0

Kept = tuple[dict[str, Any], Databases, set[str]]
"""What a check leaves for the next: shared observations, databases, and the modules imported."""


def grade(lesson: Lesson, todo: Sequence[Case], project: Path) -> tuple[list[str], tuple[str, ...]]:
    """The ids of the checks that passed, and what modules were imported meanwhile.

    Raises what the first check says that does not pass.
    """
    with tempfile.TemporaryDirectory(prefix="posts-floor-", dir=roomy()) as folder:
        return in_fork(_grade, lesson, todo, project, Path(folder).resolve())


def _grade(
    lesson: Lesson, todo: Sequence[Case], project: Path, folder: Path
) -> tuple[list[str], tuple[str, ...]]:
    home, own = folder / "home", folder / "grading"
    home.mkdir()
    own.mkdir()
    snapshot = Snapshot(project, own)
    subject = InProcess(home)
    judge = Judge(project, seed=SEED, deadline=DEADLINE, subject=subject, snapshot=snapshot)
    subject.begin(lesson.image, snapshot.fresh(), usual(judge.databases.url, SEED))
    modules: set[str] = set()
    for case in todo:
        snapshot.fresh()  # where a check has written, the next ones begin with one copy
        judge.memory, judge.databases, found = in_fork(_run, case, judge)
        modules |= found
    return [case.id for case in todo], tuple(sorted(modules))


def _run(case: Case, judge: Judge) -> Kept:
    known = set(sys.modules)
    case.run(judge)
    return judge.memory, judge.databases, set(sys.modules) - known
