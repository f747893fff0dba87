"""The loop in a real terminal: save, fail, fix, pass, hint, next, and all the other keys."""

import os
import re
import shlex
import signal
import stat
from pathlib import Path

import pexpect
import pytest

from .conftest import COMMAND, PATIENCE, left_of, solve

HALF = '"""Greetings."""\n\n\ndef hello() -> str:\n    return "Hello"\n'


def test_from_the_first_failure_to_the_last_lesson(project, watching):
    root = project()
    watch = watching(root)
    watch.until("00 · Greeting", "✗ 2 of 2 checks failed", "hello returns nothing.")
    watch.until("✗ 00.1  hello returns a greeting", "✗ 00.2  hello_to returns a greeting by name")

    watch.press("n")
    watch.until("Lesson 00 is not passed yet: 2 of 2 checks are still to pass.")
    watch.press("h")
    watch.until("Hint for task 00.1, Say hello", "1 of 3 It begins with an H.")
    watch.press("h")
    watch.until("2 of 3 It ends with an o.")

    watch.write("app/greeting.py", HALF)
    watch.until("✗ 1 of 2 checks failed", "✗ 00.2  hello_to returns", gone=["Hint for task 00.1"])
    watch.until("✓ 00.1  hello returns a greeting", "1 of 2 items")

    solve(root)
    watch.until("✓ Passed: all 2 checks", "Your greeting is polite.", "1 of 3 lessons")
    watch.until("d your code beside the reference", "n on to lesson 01, Farewell")

    watch.press("n")
    watch.until("01 · Farewell", "Lesson 01, Farewell (about 15 minutes).", "app/farewell.py")
    watch.until("✗ 1 of 1 checks failed", "goodbye returns nothing.")
    solve(root, "01-farewell")
    watch.until("Your farewell is warm.")
    watch.press("n")
    watch.until("02 · Manners", "please returns nothing.")
    solve(root, "02-manners")
    watch.until("You have manners.", "3 of 3 lessons")
    watch.press("n")
    watch.until("That was the last lesson, and you have passed them all. Well done!")

    watch.press("q")
    assert watch.ended() == 0
    assert "✓ Passed: all 1 checks" in watch.left


def test_what_is_left_is_the_last_verdict_in_full(project, watching):
    watch = watching(project(), rows=12)
    watch.until("✗ 2 of 2 checks failed")
    watch.press("q")

    assert watch.ended() == 1
    assert watch.left.startswith("00 · Greeting")
    for part in ("✗ 2 of 2 checks failed", "Wanted", "Why", "Read", "To go on: checker"):
        assert part in watch.left


@pytest.mark.parametrize("end", ["\x03", signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_however_it_ends_the_terminal_is_as_it_was(project, watching, end):
    root = project()
    solve(root)
    watch = watching(root)
    watch.until("✓ Passed")

    if isinstance(end, str):
        watch.press(end)
    else:
        watch.process.kill(end)

    assert watch.ended() == 0
    assert b"\x1b[?25h" in watch.written.rpartition(b"\x1b[?1049h")[2]
    assert "✓ Passed: all 2 checks" in watch.left
    assert "Traceback" not in watch.left


def test_quitting_before_the_first_verdict_is_no_pass(project, watching):
    watch = watching(project())
    watch.until("Getting ready to check")
    watch.press("q")

    assert watch.ended() == 1
    assert "Stopped with 0 of 2 checks done" in watch.left


def test_a_shell_finds_its_terminals_modes_as_before(project, watching, here):
    (here / "shell.sh").write_text('stty -a >before\n"$@"\nstty -a >after\n')
    watch = watching(project(), shell=here / "shell.sh")
    watch.until("✗ 2 of 2 checks failed")
    watch.press("q")
    watch.ended()

    assert (here / "before").read_text() == (here / "after").read_text()


def test_bare_checker_watches_in_a_terminal(project, watching):
    watch = watching(project(), command=())
    watch.until("00 · Greeting", "q quit")
    watch.press("q")
    watch.ended()


def test_a_dumb_terminal_gets_reports(project, watching):
    watch = watching(project(), TERM="dumb")
    watch.until("0 of 2 items passed")
    assert b"\x1b" not in watch.written
    watch.press("\x03")
    assert watch.ended() == 1


@pytest.mark.parametrize(("columns", "rows"), [(40, 12), (100, 30), (24, 8), (20, 5)])
def test_resized(project, watching, columns, rows):
    watch = watching(project())
    watch.until("✗ 2 of 2 checks failed")

    watch.resize(columns, rows)

    watch.until("✗ 2 of 2" if columns >= 24 else "Make the window")
    watch.resize(80, 24)
    watch.until("✗ 2 of 2 checks failed", "q quit")


def test_what_does_not_fit_is_scrolled(project, watching):
    watch = watching(project(), rows=12)
    watch.until("✗ 2 of 2 checks failed", "more lines below: space", gone=["Also not passed"])
    watch.press(" ")
    watch.until("Also not passed")
    watch.press("b")
    watch.until("✗ 00.1  hello", gone=["Also not passed"])
    watch.press("\x1b[F")
    watch.until("Also not passed")


def test_the_list_and_the_way_back(project, watching):
    watch = watching(project())
    watch.until("✗ 2 of 2 checks failed")
    watch.press("l")
    watch.until("The lessons", "00  Greeting   10 min  you are here", "02  Manners")
    watch.press("q")
    watch.until("hello returns nothing.", gone=["The lessons"])


def test_the_diff_is_shown_once_the_lesson_is_passed(project, watching):
    root = project()
    watch = watching(root)
    watch.until("✗ 2 of 2 checks failed")
    watch.press("d")
    watch.until("You have not passed lesson 00 yet", "checker diff 00 --reveal")

    watch.write("app/greeting.py", f'{HALF}\n\ndef hello_to(name):\n    return "mine"\n')
    watch.until("✓ Passed")
    watch.press("d")
    watch.until("+++ reference/app/greeting.py", '-    return "mine"')
    watch.press("d")
    watch.until("Your greeting is polite.")


def test_reset_asks_first_and_no_is_taken_for_no(project, watching):
    root = project()
    watch = watching(root)
    watch.write("app/greeting.py", "mine = 1\n")
    watch.until("✗ 2 of 2 checks failed")

    watch.press("x")
    watch.until("Put the starter files of lesson 00 back as they began?", "y yes   n no")
    watch.press("n")
    watch.until("Nothing was changed.")
    assert (root / "app/greeting.py").read_text() == "mine = 1\n"

    watch.press("x")
    watch.until("A backup is made first.")
    watch.press("y")
    watch.until("Put back: app/greeting.py", "Yours as they were: my-posts/.checker/backups/")
    backup = re.search(r"my-posts/\.checker/backups/\S+", watch.text)[0]
    assert (root.parent / backup / "app/greeting.py").read_text() == "mine = 1\n"
    assert "NotImplementedError" in (root / "app/greeting.py").read_text()


def editor(here, text, name="vim"):
    program = here / "bin" / name
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_the_editor_opens_at_the_line_and_has_a_sane_terminal(project, watching, here):
    asked = "stty -a >stty; echo $* >asked; echo editing; read line; echo got $line >typed"
    watch = watching(project(), EDITOR=f"{editor(here, asked)} -u NONE")
    watch.until("✗ 2 of 2 checks failed")

    watch.press("e")
    watch.until("editing")
    assert (here / "asked").read_text() == f"-u NONE +6 {here}/my-posts/app/greeting.py\n"
    solve(watch.root)  # graded while the editor is open
    watch.press("qhn\x7f\r")  # is for the editor
    watch.until("✓ Passed: all 2 checks")

    assert (here / "typed").read_text() == "got qh\n"
    modes = (here / "stty").read_text().split()
    assert {"icanon", "echo"} <= set(modes)


def test_an_editor_with_a_window_of_its_own_is_not_waited_for(project, watching, here):
    os.mkfifo(here / "close")
    code = editor(here, "echo $* >asked; read line <close", name="code")
    watch = watching(project(), EDITOR=code)
    watch.until("✗ 2 of 2 checks failed")
    watch.press("e")
    watch.press("l")
    watch.until("The lessons")
    with (here / "close").open("w") as close:  # opens once the editor waits for it
        close.write("\n")
    assert (here / "asked").read_text() == f"--goto {here}/my-posts/app/greeting.py:6\n"


def test_no_editor_and_one_that_is_not_there(project, watching):
    watch = watching(project())
    watch.until("✗ 2 of 2 checks failed")
    watch.press("e")
    watch.until("No editor is set; the place is my-posts/app/greeting.py:6.")
    watch.press("q")
    assert watch.ended() == 1

    watch = watching(watch.root, EDITOR="no-such-editor")
    watch.until("✗ 2 of 2 checks failed")
    watch.press("e")
    watch.until("Your editor could not be opened", "no-such-editor: No such file or directory")


def is_stopped(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def test_suspended_and_resumed(project, watching):
    watch = watching(project())
    watch.until("✗ 2 of 2 checks failed")
    watch.press("\x1a")
    watch.wait(lambda: b"\x1b[?1049l" in watch.written, "the shell's screen")
    watch.wait(lambda: is_stopped(watch.process.pid), "the process to be stopped")
    watch.process.kill(signal.SIGCONT)
    watch.until("✗ 2 of 2 checks failed", "q quit")
    watch.press("q")
    assert watch.ended() == 1


def test_in_the_background_for_a_while(project):
    """Ctrl-Z, bg, fg, as a shell does them."""
    shell = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        cwd=project().parent,
        env={**os.environ, "TERM": "xterm-256color", "PS1": "$ "},
        timeout=PATIENCE,
    )
    shell.sendline(shlex.join([*COMMAND, "watch"]))
    shell.expect_exact("checks failed")
    shell.send("\x1a")
    shell.expect_exact("Stopped")
    shell.sendline("bg")
    shell.sendline("echo hi$((1 + 1))")
    shell.expect_exact("hi2")  # the shell has the terminal, and so have we our keys not
    shell.sendline("fg")
    shell.expect_exact("\x1b[?1049h")
    shell.expect_exact("checks failed")
    shell.send("q")
    shell.expect_exact("To go on: checker")
    shell.sendline("exit $?")
    shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 1


def test_ended_while_the_editor_has_the_terminal(project, watching, here):
    asked = "stty -echo; echo editing; read line"
    watch = watching(project(), EDITOR=editor(here, asked))
    watch.until("✗ 2 of 2 checks failed")
    watch.press("e")
    watch.until("editing")
    watch.process.kill(signal.SIGTERM)
    assert watch.ended() == 1
    assert "✗ 2 of 2 checks failed" in watch.left


def test_a_terminal_that_is_closed_leaves_no_process(project, watching, processes):
    root = project()
    solve(root)
    watch = watching(root)
    watch.until("✓ Passed")
    below = processes(watch.process.pid)
    assert below

    watch.process.ptyproc.fileobj.close()

    assert watch.process.wait() == 0
    assert not left_of(below)


def test_keys_work_while_a_check_hangs(project, watching):
    root = project("count")
    solve(root, "00-count", "count")
    watch = watching(root)
    watch.write("app/count.py", "def count():\n    while True:\n        pass\n")
    watch.until("Checking: 2 of 3")
    watch.press("n")
    watch.until("Lesson 00 is not passed yet: 1 of 3 checks are still running.")
    watch.press("l")
    watch.until("The lessons")


def test_progress_is_remembered(project, watching):
    root = project()
    solve(root)
    watch = watching(root)
    watch.until("✓ Passed")
    watch.press("q")
    watch.ended()
    assert '"passed": "2' in (root / ".checker/progress.json").read_text()
