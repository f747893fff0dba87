"""A check that a later lesson supersedes is not run, and says why, in every way to run checks."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from checker.curriculum import load_curriculum
from checker.judge import Grader, grade
from checker.report import Outcome
from checker.report.terminal import render

SAMPLE = Path(__file__).parents[1] / "cli" / "sample"
WHY = "00.hello is not asked any more, since lesson 01: It waves."


@pytest.fixture
def curriculum(tmp_path):
    """Lesson 01 supersedes 00.hello for who has app/marked.py."""
    root = tmp_path / "sample"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("__pycache__"))
    toml = root / "lessons/01-farewell/lesson.toml"
    said = (
        'mark = "app.marked"\n\n[[supersedes]]\ncheck = "00.hello"\nwhy = "It waves."\n\n[[tasks]]'
    )
    toml.write_text(toml.read_text().replace("[[tasks]]", said, 1))
    return load_curriculum(root)


@pytest.fixture
def project(curriculum, tmp_path):
    """Its greeting is wrong by lesson 00, and it has no mark yet."""
    shutil.copytree(curriculum.root / "solutions/00-greeting", tmp_path / "project")
    greeting = tmp_path / "project/app/greeting.py"
    greeting.write_text(greeting.read_text().replace('return "Hello"', "pass"))
    return tmp_path / "project"


def outcome(report):
    result = report.check("00.hello")
    return result.outcome, result.note


def test_it_is_asked_of_who_has_not_come_so_far(curriculum, project):
    assert outcome(grade(curriculum.lesson("00"), project)) == (Outcome.FAILED, "")


def test_it_is_not_asked_of_who_has(curriculum, project):
    (project / "app/marked.py").touch()
    lesson = curriculum.lesson("00")
    assert outcome(grade(lesson, project)) == (Outcome.PASSED, WHY)
    with Grader(lesson, workers=1) as warm:
        assert outcome(warm.grade(project)) == (Outcome.PASSED, WHY)


def test_a_report_on_a_terminal_says_why(curriculum, project):
    (project / "app/marked.py").touch()
    lesson, page = curriculum.lesson("00"), io.StringIO()
    render(grade(lesson, project), lesson, Console(file=page, width=200))
    assert "not asked any more, since lesson 01: It waves." in " ".join(page.getvalue().split())


def test_plain_pytest_says_why(curriculum, project):
    (project / "app/marked.py").touch()
    checks = curriculum.lesson("00").folder / "checks"
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "checker.judge.plugin"]
    command += ["--submission", str(project), "-p", "no:cacheprovider", "-c", "/dev/null", checks]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "It waves." in done.stdout, done.stdout + done.stderr
