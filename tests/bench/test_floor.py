"""The floor does what a grading does, as often as a grading does it."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from bench import submissions
from bench.__main__ import LESSONS
from bench.floor.grading import SEED
from bench.sides import Floor, Wrong
from checker.curriculum import load_curriculum
from checker.judge import Grader, grade
from checker.report import Verdict

COUNTING = Path(__file__).parent / "counting"
CURRICULUM = load_curriculum()
KINDS = {
    "05": {"statement", "hash", "migrations", "probe", "sleep"},
    "06": {"request", "statement", "hash", "migrations", "probe", "sleep"},
}


@pytest.fixture(
    params=[
        pytest.param("05", marks=pytest.mark.corpus),
        pytest.param("06", marks=pytest.mark.slow),
    ]
)
def graded(request):
    return CURRICULUM.lesson(request.param)


@pytest.fixture
def project(tmp_path, graded):
    return submissions.solution(CURRICULUM, graded, tmp_path / "project")


@pytest.fixture
def counted(tmp_path, project):
    """The file in which a lesson's probes and a submission note what they are made to do."""
    file = tmp_path / "counted"
    shutil.copyfile(COUNTING / "submission.py", project / "counting.py")
    with (project / "app" / "__init__.py").open("a") as module:
        module.write("\nimport counting\n\n")
        module.write(f"if not counting.counted():\n    counting.count_into({str(file)!r})\n")
    return file


@pytest.fixture
def lesson(tmp_path, graded, counted):
    """The lesson with probes that are counted."""
    lessons = tmp_path / "root" / "lessons"
    others = (each.id for each in CURRICULUM.lessons if each.id != graded.id)
    ignored = shutil.ignore_patterns("__pycache__", *others)
    shutil.copytree(graded.course.folder, lessons, ignore=ignored)
    folder = lessons / graded.id
    with (folder / "checks" / "probes.py").open("a") as probes:
        probes.write(f"\n\nCOUNTED_INTO = {str(counted)!r}\n")
        probes.write((COUNTING / "probes.py").read_text())
    return load_curriculum(tmp_path / "root").lesson(graded.id)


def operations(counted):
    """What was done since the last time that this was asked, and how often."""
    found = Counter(counted.read_text().splitlines())
    counted.unlink()
    return found


@pytest.fixture
def on_the_floor(lesson, project, counted):
    with Floor(lesson) as floor:
        floor.grade(project)  # rehearses
        operations(counted)
        floor.grade(project)
    return operations(counted)


def test_the_floor_runs_the_same_operations_as_a_grading(lesson, project, counted, on_the_floor):
    report = grade(lesson, project, seed=SEED, only=lesson.checks)
    assert report.outcome is Verdict.PASSED
    assert operations(counted) == on_the_floor
    kinds = {line.partition(" ")[0] for line in on_the_floor}
    assert kinds == KINDS[lesson.number]


def test_the_floor_runs_nothing_that_a_warm_grading_does_not(
    lesson, project, counted, on_the_floor
):
    with Grader(lesson) as grader:
        report = grader.grade(project, seed=SEED)
    assert report.outcome is Verdict.PASSED
    assert on_the_floor - operations(counted) == Counter()


@pytest.mark.slow
@pytest.mark.parametrize("graded", LESSONS, indirect=True)
def test_every_measured_lesson_passes_on_the_floor(graded, project):
    with Floor(graded) as floor:
        floor.grade(project)


@pytest.mark.parametrize("graded", ["06"], indirect=True)
def test_the_floor_says_nothing_about_a_submission_that_does_not_pass(graded, project, capfd):
    routes = project / "app" / "routes" / "posts.py"
    routes.write_text(routes.read_text().replace("HTTP_201_CREATED", "HTTP_200_OK"))
    with Floor(graded) as floor, pytest.raises(Wrong, match="not every check of 06-routes passes"):
        floor.grade(project)
    assert "POST /api/v1/posts was answered with 200" in capfd.readouterr().err
