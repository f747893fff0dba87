"""`python -m bench.classroom`: a class graded by `checker grade`, beside the same by cold pytest.

The cold runs stand half before and half after the class, so that a busy machine hits both.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import sides, submissions
from bench.__main__ import tell
from checker.batch import Gradebook, Run, Status
from checker.curriculum import Curriculum, Lesson, load_curriculum
from checker.ingest import submissions as handed_in
from checker.judge.session.grader import cores
from checker.subject import PLAIN, reached


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line of JSON: seconds for each submission, and their ratio."""
    given = _parser().parse_args(arguments)
    curriculum = load_curriculum()
    lesson = curriculum.lesson(given.lesson)
    isolation = PLAIN if given.plain else reached().name
    with tempfile.TemporaryDirectory(prefix="posts-bench-") as folder:
        school = Path(folder) / "class"
        projects = _class(curriculum, lesson, school, given.submissions)
        half = min(given.cold, len(projects)) // 2
        cold = [_cold(lesson, each) for each in projects[:half]]
        spent = _grade(curriculum, lesson, school, Path(folder) / "gradebook.db", isolation)
        cold += [_cold(lesson, each) for each in projects[-half:]]
    each, alone = spent / len(projects), sum(cold) / len(cold)
    print(
        json.dumps(
            {
                "lesson": lesson.id,
                "isolation": isolation,
                "submissions": len(projects),
                "grade": round(each, 3),
                "cold_pytest": round(alone, 3),
                "ratio": round(alone / each, 2),
            }
        )
    )
    return 0


def _class(curriculum: Curriculum, lesson: Lesson, school: Path, number: int) -> list[Path]:
    """That many projects that pass, no two of them alike."""
    projects = []
    for place in range(number):
        project = submissions.solution(curriculum, lesson, school / f"student-{place:03}")
        submissions.save(project)
        projects.append(project)
    return projects


def _cold(lesson: Lesson, project: Path) -> float:
    seconds = sides.cold_pytest(lesson, project)
    tell(f"cold pytest {seconds:.2f}")
    return seconds


def _grade(
    curriculum: Curriculum, lesson: Lesson, school: Path, database: Path, isolation: str
) -> float:
    """Seconds for the whole class, from reading what was handed in to the last result on disk."""
    began = time.perf_counter()
    with Gradebook(database) as book:
        run = Run(
            book,
            curriculum,
            isolation=isolation,
            jobs=cores(),
            budget=900.0,
            tell=lambda progress: tell(f"{progress.done} of {progress.total}"),
        )
        run.grade([lesson], handed_in([school], curriculum.course.marker))
        spent = time.perf_counter() - began
        bad = [row.student for row in book.rows() if row.status is not Status.PASSED]
    if bad:
        raise sides.Wrong(f"{bad[0]} of {len(bad)} does not pass.")
    return spent


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.classroom", description=__doc__)
    parser.add_argument("lesson", nargs="?", default="01", metavar="LESSON", help="default: 01")
    parser.add_argument("--submissions", type=int, default=40, metavar="N", help="default: 40")
    parser.add_argument(
        "--cold", type=int, default=8, metavar="N", help="of them by cold pytest too; default: 8"
    )
    parser.add_argument("--plain", action="store_true", help="without a sandbox")
    return parser


if __name__ == "__main__":
    sys.exit(main())
