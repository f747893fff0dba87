"""Watching without a terminal: a report after each grading, and a quiet end."""

import signal
import subprocess

import pytest

from .conftest import COMMAND, SAMPLES, solve


def read_until(stream, line):
    """The lines up to and with this one."""
    read = []
    while not read or read[-1] != f"{line}\n":
        read.append(stream.readline())
        assert read[-1], f"no {line!r} in {read}"
    return "".join(read)


def test_a_report_after_each_grading(project, piped):
    root = project()
    watch = piped(root)
    first = [watch.stdout.readline() for _ in range(3)]
    assert first[1] == "00 · Greeting\n"
    while "items passed" not in watch.stdout.readline():
        pass
    solve(root)
    while "2 of 2 items passed" not in watch.stdout.readline():
        pass
    assert watch.stdout.readline() == "Your greeting is polite.\n"


def test_marks_around_each_report_for_editors(project, piped):
    root = project()
    watch = piped(root, "--format", "github")
    text = read_until(watch.stdout, "checker: done")
    assert text.startswith("checker: grading\n::error ")
    assert text.endswith("items passed. Checks: 2 failed.\nchecker: done\n")

    solve(root)

    text = ""
    while "::error" in text or not text:
        text = read_until(watch.stdout, "checker: done")
    assert text.startswith("checker: grading\n")
    assert text.endswith("::notice title=00-greeting::2 of 2 items passed.\nchecker: done\n")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("solved", "code"), [(True, 0), (False, 1)])
def test_a_signal_ends_it_with_the_last_verdict(project, piped, ending, solved, code):
    root = project()
    if solved:
        solve(root)
    watch = piped(root, "--format", "github")
    read_until(watch.stdout, "checker: done")
    watch.send_signal(ending)
    out, err = watch.communicate(timeout=30)
    assert (watch.returncode, out, err) == (code, "", "")


def test_a_signal_before_the_first_verdict(project, piped):
    watch = piped(project(), "--format", "github")
    read_until(watch.stdout, "checker: grading")
    watch.send_signal(signal.SIGTERM)
    assert watch.communicate(timeout=30) == ("", "")
    assert watch.returncode == 1


def test_a_reader_that_goes_away_ends_it(project, piped):
    watch = piped(project(), "--format", "github")
    read_until(watch.stdout, "checker: grading")
    watch.stdout.close()
    assert watch.wait(timeout=30) in (1, 141)
    assert watch.stderr.read() == ""


def test_what_cannot_be_graded_is_said_and_it_goes_on(project, piped):
    root = project()
    (root / "app").rename(root / "service")
    watch = piped(root, "--format", "github")
    assert read_until(watch.stdout, "checker: done") == "checker: grading\nchecker: done\n"
    assert watch.stderr.readline() == "There is no app/ folder in my-posts.\n"
    assert watch.stderr.readline() == "Was it renamed or removed? Bring it back.\n"
    (root / "service").rename(root / "app")
    assert "2 failed" in read_until(watch.stdout, "checker: done")


def test_our_own_fault_is_3(project, piped):
    root = project("count")
    watch = piped(root, "01", "--format", "github")
    assert "This is the checker's own fault" in read_until(watch.stdout, "checker: done")
    watch.terminate()
    assert watch.wait(timeout=30) == 3


def test_bare_checker_without_a_terminal_grades_once(project):
    root = project()
    done = subprocess.run(
        COMMAND,
        cwd=root.parent,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "0 of 2 items passed" in done.stdout


def test_without_a_workspace(here, piped, monkeypatch):
    monkeypatch.setenv("CHECKER_CURRICULUM", str(SAMPLES["greeting"]))
    watch = piped(here / "none", cwd=here)
    _, err = watch.communicate(timeout=30)
    assert (watch.returncode, err) == (
        2,
        "There is no workspace in my-posts.\nMake one with: checker start\n",
    )


def test_where_nothing_can_be_forked(project, piped, monkeypatch):
    monkeypatch.setenv("CHECKER_NO_FORK", "1")
    root = project()
    watch = piped(root, "--format", "github")
    assert "2 failed" in read_until(watch.stdout, "checker: done")
    solve(root)
    text = ""
    while "2 of 2 items passed" not in text:
        text = read_until(watch.stdout, "checker: done")
    watch.terminate()
    assert watch.wait(timeout=30) == 0
