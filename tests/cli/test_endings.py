"""However a command ends: its exit code, and what the person at the keyboard reads."""

import contextlib
import os
import signal
from pathlib import Path

import pytest

from checker.cli import check


def test_our_own_fault_is_an_apology_a_traceback_and_3(run, started, monkeypatch):
    def broken(**_):
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(check, "run", broken)

    ended = run("check")

    assert ended.code == 3
    assert ended.err.startswith("Sorry, this is the checker's own fault")
    assert "Traceback" in ended.err
    assert "ZeroDivisionError: no such luck" in ended.err


def test_ctrl_c_in_mid_check_changes_nothing(run, other, here, process, announced):
    other("endless")
    (here / "my-posts/.checker").mkdir(parents=True)
    (here / "my-posts/app").mkdir()
    before = '{"schema": 1, "current": "00-endless", "hints": {"00.1": 1}}'
    (here / "my-posts/.checker/progress.json").write_text(before)

    checking = process("check")
    announced()
    checking.send_signal(signal.SIGINT)
    out, err = checking.communicate()

    assert checking.returncode == 130
    assert (out, err) == ("", "Stopped. Nothing was changed.\n")
    assert (here / "my-posts/.checker/progress.json").read_text() == before
    assert sorted(p.name for p in (here / "my-posts/.checker").iterdir()) == ["progress.json"]


def _children(pid):
    """The process ids of everything that a process has started, itself left out."""
    tree = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            tree.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = list(tree.get(pid, []))
    for child in found:
        found += tree.get(child, [])
    return found


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_ctrl_c_while_start_grades_says_so(other, here, process, announced):
    other("endless")

    starting = process("start")
    announced()
    starting.send_signal(signal.SIGINT)
    _, err = starting.communicate()

    assert (starting.returncode, err) == (
        130,
        "Stopped. The project is there; to grade it: checker\n",
    )
    assert (here / "my-posts/app/main.py").is_file()


def test_ctrl_c_leaves_no_process_behind(other, here, process, announced):
    other("endless")
    (here / "my-posts/.checker").mkdir(parents=True)
    (here / "my-posts/app").mkdir()

    checking = process("check", "00")
    announced()
    children = _children(checking.pid)
    checking.send_signal(signal.SIGINT)
    checking.communicate()

    assert children
    assert not [pid for pid in children if _alive(pid)]


@pytest.mark.parametrize("args", [["list"], ["solution", "00", "--reveal"], ["guidelines"]])
def test_a_reader_that_goes_away_is_no_error(started, process, args):
    reading, writing = os.pipe()
    os.close(reading)

    ended = process(*args, stdout=writing)
    os.close(writing)
    _, err = ended.communicate()

    assert (ended.returncode, err) == (141, "")


def test_a_full_disk_under_standard_output(started, process):
    with Path("/dev/full").open("w") as full:
        ended = process("list", stdout=full)
        _, err = ended.communicate()

    assert ended.returncode == 2
    assert err == "The disk is full.\nFree some space and run the command again.\n"


def test_colour_on_a_terminal_only_and_never_with_no_color(passed, at_terminal):
    assert "\x1b[32m" in at_terminal("list", TERM="xterm-256color")
    assert "\x1b[3" not in at_terminal("list", TERM="xterm-256color", NO_COLOR="1")


def test_progress_is_shown_on_a_terminal(passed, at_terminal):
    assert "Checking 00-greeting" in at_terminal("check", TERM="xterm-256color")


def test_a_terminal_is_asked_and_no_is_taken_for_no(started, at_terminal):
    file = started / "app/greeting.py"
    file.write_text("mine = 1\n")

    said = at_terminal("reset", answer="n")

    assert "Put the starter files of lesson 00 in my-posts back?" in said
    assert "Nothing was changed." in said
    assert file.read_text() == "mine = 1\n"


def test_a_terminal_is_asked_and_yes_is_taken_for_yes(started, at_terminal):
    file = started / "app/greeting.py"
    file.write_text("mine = 1\n")

    said = at_terminal("reset", answer="y")

    assert "Your files as they were: my-posts/.checker/backups/" in said
    assert "NotImplementedError" in file.read_text()


def test_version(run):
    ended = run("--version")

    assert (ended.code, ended.out) == (0, "checker 0.1.0\n")


def test_help_names_every_command_in_full(run):
    out = run("--help").out

    for command in ("start", "check", "hint", "list", "diff", "solution", "reset", "catch-up"):
        assert f"  {command} " in out
    assert "..." not in out.partition("Commands:")[2]
    assert max(map(len, out.splitlines())) <= 80
