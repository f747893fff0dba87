"""What a learner, an editor or the machine may do: the loop goes on, and says what to do."""

import contextlib
import os
import shutil
import signal
import subprocess

import pytest

from .conftest import SAMPLES, oldest, solve

pytestmark = pytest.mark.slow

GOOD = (SAMPLES["count"] / "solutions/00-count/app/count.py").read_text()
SILENT = GOOD.replace("return 3", "print(3)")
ENDLESS = GOOD.replace("return 3", "while True:\n        pass")


@pytest.fixture
def solved(project):
    root = project("count")
    solve(root, "00-count", "count")
    return root


@pytest.fixture
def passing(solved, watching):
    watch = watching(solved)
    watch.until("✓ Passed: all 3 checks")
    return watch


def fails_and_passes(watch):
    """The loop is alive: a mistake is seen, and so is its correction."""
    watch.write("app/count.py", SILENT)
    watch.until("count returns None.", "✗ 1 of 3 checks failed")
    watch.write("app/count.py", GOOD)
    watch.until("✓ Passed: all 3 checks")


def test_half_a_file(passing):
    passing.write("app/count.py", GOOD.partition(" ->")[0])
    passing.until("✗ 00.1  app.count imports")
    passing.write("app/count.py", GOOD)
    passing.until("✓ Passed: all 3 checks")


def test_a_file_that_an_editor_deletes_and_makes_anew(passing):
    (passing.root / "app/count.py").unlink()
    passing.until("✗ 00.1  app.count imports")
    passing.write("app/count.py", GOOD)
    passing.until("✓ Passed: all 3 checks")


def test_a_file_that_an_editor_replaces_by_another(passing):
    for text, verdict in ((SILENT, "count returns None."), (GOOD, "✓ Passed: all 3 checks")):
        passing.write("app/.count.py.new", text)
        (passing.root / "app/.count.py.new").replace(passing.root / "app/count.py")
        passing.until(verdict)


def test_a_package_that_is_renamed(passing):
    (passing.root / "app").rename(passing.root / "application")
    passing.until("✗ The project cannot be graded", "There is no app/ folder in my-posts.")
    (passing.root / "application").rename(passing.root / "app")
    passing.until("✓ Passed: all 3 checks")


def test_a_thousand_files_at_once(passing):
    for number in range(1000):
        passing.write(f"app/more_{number}.py", "x = 1\n")
    passing.write("app/count.py", SILENT)
    passing.until("count returns None.")
    for number in range(1000):
        (passing.root / f"app/more_{number}.py").unlink()
    passing.write("app/count.py", GOOD)
    passing.until("✓ Passed: all 3 checks")


def test_a_project_that_goes_away_and_comes_back(passing):
    away = passing.root.with_name("elsewhere")
    passing.root.rename(away)
    passing.until("✗ The project's folder is gone", "my-posts is not there any more.")
    away.rename(passing.root)
    passing.until("✓ Passed: all 3 checks")
    fails_and_passes(passing)


def test_a_project_that_is_removed_with_us_standing_in_it(solved, watching, processes):
    watch = watching(solved, stand=solved)
    watch.until("✓ Passed: all 3 checks")
    shutil.copytree(solved, copy := solved.with_name("copy"))
    shutil.rmtree(solved)
    watch.until("✗ The project's folder is gone")
    shutil.copytree(copy, solved)
    watch.until("✓ Passed: all 3 checks")
    os.kill(warm(watch, processes), signal.SIGKILL)
    fails_and_passes(watch)


def test_a_save_overtakes_a_grading_that_hangs(passing):
    """The check that hangs would take 10 seconds, and then say so."""
    passing.write("app/count.py", ENDLESS)
    passing.until("Checking: 2 of 3", "· 00.1  count counts to three")
    passing.write("app/count.py", GOOD)
    passing.until("✓ Passed: all 3 checks", gone=["no answer"])


def warm(watch, processes):
    return oldest(processes(watch.process.pid), "checker.judge")


def test_a_warm_process_that_is_killed_comes_back(passing, processes):
    os.kill(warm(passing, processes), signal.SIGKILL)
    fails_and_passes(passing)


def test_one_that_is_killed_while_it_grades(passing, processes):
    passing.write("app/count.py", ENDLESS)
    passing.until("Checking: 2 of 3")
    for pid in processes(passing.process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    passing.write("app/count.py", GOOD)
    passing.until("✓ Passed: all 3 checks")


def test_an_import_that_starts_threads(passing):
    passing.write(
        "app/count.py",
        "import asyncio, threading\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "asyncio.new_event_loop().call_soon(print)\n" + SILENT,
    )
    passing.until("count returns None.")
    fails_and_passes(passing)


def test_a_flood_of_prints(passing):
    flood = "for _ in range(200_000):\n    print('flood' * 20{})\n"
    passing.write(
        "app/count.py",
        f"import sys\n{flood.format('')}{flood.format(', file=sys.stderr')}{SILENT}",
    )
    passing.until("✗ 1 of 3 checks failed", "count returns None.", "Printed")
    assert passing.written.count(b"floodflood") < 1000  # of 400,000 lines, the last
    fails_and_passes(passing)


def test_a_long_sleep(passing):
    """As a laptop's: everything stands still, and a file is another afterwards."""
    passing.process.kill(signal.SIGSTOP)
    passing.write("app/count.py", SILENT)
    passing.process.kill(signal.SIGCONT)
    passing.until("count returns None.")


def test_checks_that_change_meanwhile(here, solved, watching, monkeypatch):
    curriculum = here / "curriculum"
    shutil.copytree(SAMPLES["count"], curriculum)
    watch = watching(solved, CHECKER_CURRICULUM=str(curriculum))
    watch.until("✓ Passed: all 3 checks")

    checks = curriculum / "lessons/00-count/checks/test_count.py"
    checks.write_text(checks.read_text().replace("total sums up", "total adds up"))
    watch.press("r")

    watch.until("✓ 00.2  total adds up")


def test_checks_that_come_or_go_meanwhile(here, solved, watching):
    curriculum = here / "curriculum"
    shutil.copytree(SAMPLES["count"], curriculum)
    watch = watching(solved, CHECKER_CURRICULUM=str(curriculum))
    watch.until("✓ Passed: all 3 checks")

    lesson = curriculum / "lessons/00-count/lesson.toml"
    lesson.write_text(lesson.read_text().replace('"00.importable", ', ""))
    watch.press("r")

    watch.until("The lesson itself has other checks now", "Quit with q, and begin again")


def test_our_own_fault_is_said_to_be_ours(solved, watching):
    watch = watching(solved, "01")
    watch.until("! The checker itself failed, not you", "This is the checker's own fault, not")
    watch.until("Please report it, with this run's seed:")
    watch.press("q")
    assert watch.ended() == 3


def test_a_project_that_is_no_workspace(solved, watching):
    shutil.rmtree(solved / ".checker")
    watch = watching(solved, "00", "--path", str(solved))
    watch.until("✓ Passed: all 3 checks")
    watch.press("n")
    watch.until("my-posts is a project, but no workspace", "checker start --path my-posts")
    fails_and_passes(watch)


def test_a_progress_file_that_is_damaged(passing):
    (passing.root / ".checker/progress.json").write_text("{")
    fails_and_passes(passing)


def test_where_saves_cannot_be_reported_we_look_for_them(solved, watching):
    watch = watching(solved, CHECKER_POLL="1")
    watch.until("✓ Passed: all 3 checks")
    fails_and_passes(watch)


def test_git_stash(passing):
    def git(*args):
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *who, *args], cwd=passing.root, check=True, capture_output=True)

    git("init")
    git("add", "app")
    git("commit", "-m", "good")
    passing.write("app/count.py", SILENT)
    passing.until("count returns None.")
    git("stash")
    passing.until("✓ Passed: all 3 checks")
    git("stash", "pop")
    passing.until("count returns None.")
