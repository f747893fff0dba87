"""One submission's disaster is never another's."""

import shutil
from pathlib import Path

import pytest

from checker.batch import Status, run
from checker.curriculum import load_curriculum
from checker.judge import Grader

from .conftest import SAMPLE, Class

pytestmark = pytest.mark.slow

DISASTERS = Path(__file__).parents[1] / "disasters"

KILLER = '''

def _strike():
    """Kill every worker that the process far above this one has forked, of others as well."""
    import os
    import signal
    from pathlib import Path

    def is_judge(pid):
        return b"checker.judge" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\\0")

    def parent(pid):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])

    server = os.getpid()
    while not is_judge(server):
        server = parent(server)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if parent(folder.name) == server and is_judge(folder.name):
                os.kill(int(folder.name), signal.SIGKILL)
        except OSError:
            pass


_strike()
'''


@pytest.fixture
def alone(course, solve):
    """An honest submission, and its row where nobody else has handed in."""
    solve(course.folder / "honest")
    return course.grade()["honest", "00"]


def test_a_submission_that_kills_what_grades_it_and_its_neighbour(course, alone, solve):
    config = solve(course.folder / "killer") / "app/config.py"
    config.write_text(config.read_text() + KILLER)

    rows = course.grade(jobs=2, again=True)

    assert rows["honest", "00"] == alone
    assert rows["killer", "00"].status is Status.UNGRADABLE
    assert rows["killer", "00"].sentence == "It kills the process that grades it."


@pytest.mark.parametrize("name", ["os-exit", "print-flood", "syntax-error", "always-equal"])
def test_a_disaster_beside_an_honest_submission(course, alone, name):
    shutil.copytree(DISASTERS / name, course.folder / name)

    rows = course.grade(jobs=2, again=True)

    assert rows["honest", "00"] == alone
    assert rows[name, "00"].status is Status.FAILED


def test_a_submission_that_takes_for_ever_is_stopped(course, alone):
    shutil.copytree(DISASTERS / "endless-loop", course.folder / "endless")

    rows = course.grade(jobs=2, budget=1.0)

    assert rows["honest", "00"] == alone
    assert rows["endless", "00"].status is Status.FAILED


def test_a_check_that_fails_by_itself_is_ours(school, tmp_path):
    root = shutil.copytree(SAMPLE, tmp_path / "broken")
    checks = root / "lessons/00-greeting/checks/test_greeting.py"
    checks.write_text(checks.read_text().replace("test_name(source)", "test_name(nothing)"))
    broken = Class(school, tmp_path / "gradebook.db", load_curriculum(root))

    row = broken.grade()["ann", "00"]

    assert row.status is Status.ERROR
    assert row.sentence == "The checker itself failed in 00.name."


def test_gradings_that_are_stopped_leave_no_process_and_no_folder(course, solve, monkeypatch):
    graders = []

    class Noted(Grader):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            graders.append((self, self.folder))

    monkeypatch.setattr(run, "Grader", Noted)
    for name in ("ann", "bob", "eve"):
        (solve(course.folder / name) / "app/own.py").write_text(f"name = {name!r}\n")

    def stop(progress):
        if progress.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        course.grade(jobs=2, tell=stop)

    assert [(grader.pid, grader.workers, folder.exists()) for grader, folder in graders] == [
        (None, [], False)
    ]
