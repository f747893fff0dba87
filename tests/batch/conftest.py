"""A small class, a gradebook, and runs over them."""

import shutil
from pathlib import Path

import pytest

from checker.batch import Gradebook, Run
from checker.curriculum import load_curriculum
from checker.curriculum.composition import solved, write
from checker.ingest import submissions
from checker.judge import Cancelled
from checker.report import CheckResult, ItemResult, Outcome, Report, verdict

SAMPLE = Path(__file__).parents[1] / "cli" / "sample"
SOLUTION = SAMPLE / "solutions" / "00-greeting"


@pytest.fixture
def school(tmp_path):
    """Five of whom three pass, one fails, and one has handed in nothing that could be graded."""
    folder = tmp_path / "class"
    for number, student in enumerate(("ann", "bob", "eve")):
        shutil.copytree(SOLUTION, folder / student)
        (folder / student / "app/own.py").write_text(f"number = {number}\n")
    (folder / "tom/app").mkdir(parents=True)
    (folder / "tom/app/greeting.py").write_text("def hello(): ...\n")
    (folder / "zoe").mkdir()
    return folder


@pytest.fixture
def solve():
    """Write a submission that solves a lesson of the course."""

    def solve(to, lesson="00"):
        known = load_curriculum()
        write(solved(known, known.lesson(lesson)), to)
        return to

    return solve


class Class:
    """Grades a folder into a gradebook, and keeps what it was told."""

    def __init__(self, folder, database, curriculum):
        self.folder = folder
        self.database = database
        self.curriculum = curriculum
        self.told = []

    @property
    def order(self):
        """The students in the order in which they were graded, alike ones together."""
        return ["+".join(each.students) for each in self.told if each.result is not None]

    def grade(self, *lessons, jobs=1, budget=300.0, again=False, tell=lambda _: None):
        def told(progress):
            self.told.append(progress)
            tell(progress)

        self.told = []
        with Gradebook(self.database) as book:
            run = Run(
                book, self.curriculum, isolation="process", jobs=jobs, budget=budget, tell=told
            )
            run.grade(
                [self.curriculum.lesson(name) for name in lessons or ("00",)],
                submissions([self.folder], self.curriculum.course.marker),
                again=again,
            )
            return {(row.student, row.lesson[:2]): row for row in book.rows()}

    def rows(self):
        with Gradebook(self.database) as book:
            return book.rows()


class Stand:
    """Grades in the place of a Grader, at once: a check passes where its function returns."""

    def __init__(self, lesson, **_):
        self.lesson = lesson

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def grade(self, project, *, seed, budget, cancellation):
        if cancellation.is_requested:
            raise Cancelled
        returns = "return" in (project / "app/greeting.py").read_text()
        outcome = Outcome.PASSED if returns and self.lesson.number == "00" else Outcome.FAILED
        checks = tuple(
            CheckResult(id=id_, title=id_, items=(f"item.{id_}",), outcome=outcome)
            for id_ in self.lesson.checks
        )
        items = tuple(
            ItemResult(id=each.items[0], text="-", outcome=verdict([outcome]), checks=(each.id,))
            for each in checks
        )
        return Report(
            lesson=self.lesson.id,
            outcome=verdict([outcome]),
            isolation="process",
            seed=seed,
            duration_ms=1,
            items=items,
            checks=checks,
        )


@pytest.fixture
def sample(school, tmp_path, monkeypatch):
    """The class, in the sample course. What a grading says is no matter here."""
    monkeypatch.setattr("checker.batch.run.Grader", Stand)
    return Class(school, tmp_path / "gradebook.db", load_curriculum(SAMPLE))


@pytest.fixture
def course(tmp_path):
    """An empty class, in the course itself."""
    (tmp_path / "class").mkdir()
    return Class(tmp_path / "class", tmp_path / "gradebook.db", load_curriculum())
