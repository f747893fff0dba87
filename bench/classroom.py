"""`python -m bench.classroom`: a class graded by `checker grade`, beside the same by cold pytest.

The class is solutions, starters, wrong answers and hostile submissions, as `bench.school` makes it.
Cold pytest grades some of the same that harm nobody, half of them before and half after the class,
so that a busy minute hits both. What the sandbox costs is seen on those that harm nobody: the same
ones in it and without, in turns.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import sides
from bench.__main__ import tell
from bench.processes import Peak, settle
from bench.school import school
from checker.batch import Gradebook, Run, Status
from checker.curriculum import Curriculum, load_curriculum
from checker.ingest import Submission
from checker.judge.session.grader import cores
from checker.subject import PLAIN, reached

LESSONS = ("00", "01", "02", "03", "04")
WITHOUT_RESULT = {Status.ERROR, Status.PENDING}
INTERVAL = 0.1
"""Seconds between two looks at the memory: there are many processes, and looking costs time."""

Class = Mapping[str, list[Path]]
"""By lesson, what was handed in."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line of JSON: seconds for each submission, their ratios, and the memory in MB."""
    given = _parser().parse_args(arguments)
    curriculum = load_curriculum()
    lessons = [curriculum.lesson(each) for each in given.lessons or LESSONS]
    with tempfile.TemporaryDirectory(prefix="posts-bench-") as folder:
        whole = Path(folder) / "class"
        harmless = school(
            curriculum, lessons, whole, number=given.submissions, hostile=given.hostile
        )
        some = _some(harmless, given.cold)
        cold = _cold(curriculum, some[::2])
        everybody = {each.id: sorted((whole / each.id).iterdir()) for each in lessons}
        with Peak(INTERVAL) as peak:
            spent = _grade(curriculum, everybody, Path(folder) / "whole.db", reached().name)
        cold += _cold(curriculum, some[1::2])
        costs = [_in_turns(curriculum, harmless, Path(folder), turn) for turn in range(given.turns)]
    each, alone = spent / given.submissions, statistics.mean(cold)
    found: dict[str, object] = {
        "lessons": [lesson.number for lesson in lessons],
        "isolation": reached().name,
        "submissions": given.submissions,
        "hostile": given.hostile,
        "grade": round(each, 3),
        "cold_pytest": round(alone, 3),
        "ratio": round(alone / each, 2),
        "memory_mb": round(peak.bytes / 2**20),
    }
    if costs:
        found["sandbox_cost"] = [round(cost, 3) for cost in costs]
    print(json.dumps(found))
    return 0


def _some(harmless: Class, number: int) -> list[tuple[str, Path]]:
    """The first so many of each lesson: solutions, a starter and wrong answers in their shares."""
    return [(lesson, each) for lesson, projects in harmless.items() for each in projects[:number]]


def _cold(curriculum: Curriculum, some: Sequence[tuple[str, Path]]) -> list[float]:
    found = []
    for lesson, project in some:
        settle()
        found.append(sides.cold_pytest(curriculum.lesson(lesson), project, may_fail=True))
        tell(f"{lesson}, cold pytest: {found[-1]:.2f}")
    return found


def _in_turns(curriculum: Curriculum, harmless: Class, folder: Path, turn: int) -> float:
    """How much longer those that harm nobody take in the sandbox, as a share of the time without.

    The one that comes first in one turn comes second in the next.
    """
    kinds = [reached().name, PLAIN][:: -1 if turn % 2 else 1]
    spent = {
        kind: _grade(curriculum, harmless, folder / f"{kind}-{turn}.db", kind) for kind in kinds
    }
    return spent[reached().name] / spent[PLAIN] - 1


def _grade(curriculum: Curriculum, handed: Class, database: Path, isolation: str) -> float:
    """Seconds for the whole class, from reading what was handed in to the last result on disk.

    Raises Wrong where a submission has no result.
    """
    settle()
    began = time.perf_counter()
    with Gradebook(database) as book:
        for lesson, projects in handed.items():
            run = Run(book, curriculum, isolation=isolation, jobs=cores(), budget=900.0)
            run.grade(
                [curriculum.lesson(lesson)], [Submission(each.name, each) for each in projects]
            )
            tell(f"{lesson}, {isolation}: {time.perf_counter() - began:.1f}")
        spent = time.perf_counter() - began
        bad = [row.student for row in book.rows() if row.status in WITHOUT_RESULT]
    if bad:
        raise sides.Wrong(f"{bad[0]} of {len(bad)} has no result.")
    return spent


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("at least 1")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.classroom", description=__doc__)
    lessons = " ".join(LESSONS)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=f"default: {lessons}")
    parser.add_argument("--submissions", type=int, default=200, metavar="N", help="default: 200")
    parser.add_argument(
        "--hostile", type=int, default=20, metavar="N", help="of them, of lesson 01; default: 20"
    )
    parser.add_argument(
        "--cold",
        type=int,
        default=8,
        metavar="N",
        help="of each lesson, cold; default: 8",
    )
    parser.add_argument(
        "--turns", type=int, default=2, metavar="N", help="in the sandbox and without; default: 2"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
