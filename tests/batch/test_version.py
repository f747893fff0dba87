"""What makes a result stale, and what does not."""

import shutil

import pytest

from checker.batch import version
from checker.batch.version import environment, lesson_versions
from checker.curriculum.library import read_curriculum

from .conftest import SAMPLE


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A course and a checker that may be changed."""
    shutil.copytree(version.CHECKER, tmp_path / "checker", ignore=shutil.ignore_patterns("*.pyc"))
    monkeypatch.setattr(version, "CHECKER", tmp_path / "checker")
    return shutil.copytree(SAMPLE, tmp_path / "course")


def versions(root):
    known = read_curriculum(root)
    return lesson_versions(known, known.lessons)


def changed(before, after):
    return {lesson for lesson in before if before[lesson] != after[lesson]}


ALL = {"00-greeting", "01-farewell", "02-manners"}


@pytest.mark.parametrize(
    ("file", "stale"),
    [
        ("course/lessons/00-greeting/checks/test_greeting.py", {"00-greeting"}),
        ("course/lessons/00-greeting/README.md", set()),
        ("course/lessons/00-greeting/checks/__pycache__/x.pyc", set()),
        ("course/lessons/02-manners/lesson.toml", ALL),  # it may supersede checks of the others
        ("course/lessons/kit/more.py", ALL),
        ("course/solutions/02-manners/app/more.py", ALL),
        ("checker/judge/judge.py", ALL),
        ("checker/subject/host.py", ALL),
        ("checker/report/model.py", ALL),
        ("checker/cli/app.py", set()),
        ("checker/watch/keys.py", set()),
        ("checker/batch/as_csv.py", set()),
    ],
)
def test_what_grades_makes_results_stale(root, tmp_path, file, stale):
    before = versions(root)
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True, parents=True)
    with path.open("a") as stream:
        stream.write("\n# Changed.\n")

    assert changed(before, versions(root)) == stale


def test_the_lock_and_the_servers_are_the_environment(tmp_path, monkeypatch):
    monkeypatch.delenv("CHECKER_DATABASE_URL", raising=False)
    (tmp_path / "requirements.lock").write_text("a==1\n")
    first = environment(tmp_path)
    (tmp_path / "requirements.lock").write_text("a==2\n")
    second = environment(tmp_path)
    monkeypatch.setenv("CHECKER_DATABASE_URL", "postgresql://user:one@localhost/x")
    third = environment(tmp_path)
    monkeypatch.setenv("CHECKER_DATABASE_URL", "postgresql://user:two@localhost/x")

    assert len({first, second, third}) == 3
    assert environment(tmp_path) == third
