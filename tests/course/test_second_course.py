"""Another course on the same engine: two lessons, a guideline of its own, nothing to serve."""

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND

WORDS = Path(__file__).parent / "words"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, where the course is the one of words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHECKER_CURRICULUM", str(WORDS))
    return tmp_path


@pytest.fixture
def run(here):
    """Run one command line."""

    def run(*args):
        ended = subprocess.run([*COMMAND, *args], capture_output=True, text=True, check=False)
        return ended.returncode, " ".join((ended.stdout + ended.stderr).split())

    return run


@pytest.fixture
def started(run, here):
    code, said = run("start")
    assert code == 0
    assert "Your project is in my-words." in said
    return here / "my-words"


def solve(project, lesson):
    shutil.copytree(WORDS / "solutions" / lesson, project, dirs_exist_ok=True)


@pytest.mark.slow
def test_it_is_started_and_graded_to_its_end(run, started):
    code, said = run("check")
    assert code == 1
    assert "Rules of a Tool for Words" in said
    assert "Still to be written" in said
    solve(started, "00-count")
    assert run("check")[0] == 0
    assert "01 · Report" in run("start")[1]
    solve(started, "01-report")
    code, said = run("check", "00", "01")
    assert code == 0
    assert said.count("1 of 1 items passed") == 2


def test_its_guideline_and_its_erratum_are_its_own(run, started):
    solve(started, "00-count")
    (started / "words/report.py").write_text(
        "from words.count import count\n\n\n"
        "def report(text):\n    return sorted(count(text), key=count(text).get)\n"
    )
    code, said = run("check", "01")
    assert code == 1
    assert "Today E01, Reports: `sorted` alone puts the rarest first." in said
    assert "Count each word, whatever its case" in run("guidelines")[1]


@pytest.mark.slow
def test_its_lessons_hold_to_every_rule(run):
    code, said = run("dev", "verify")
    assert code == 0, said


def test_a_save_is_graded_while_it_is_watched(started):
    with subprocess.Popen([*COMMAND, "watch"], stdout=subprocess.PIPE, text=True) as watch:
        try:
            assert until(watch, "items passed").startswith("░")
            solve(started, "00-count")
            assert until(watch, "items passed").startswith("█")
        finally:
            watch.send_signal(signal.SIGINT)
        assert "Traceback" not in watch.stdout.read()


def test_there_is_nothing_to_serve(run, started):
    code, said = run("run")
    assert code == 2
    assert "This course has no app to serve." in said


def until(process, words):
    """The first line with these words in it."""
    return next(line for line in process.stdout if words in line)
