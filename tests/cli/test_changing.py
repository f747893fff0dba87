"""`checker reset` and `checker catch-up`."""

import pytest

COMMANDS = [("reset",), ("catch-up", "01")]


@pytest.fixture
def mine(started):
    """The learner's own greeting, which both commands replace."""
    file = started / "app/greeting.py"
    file.write_text("mine = 1\n")
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_terminal_it_takes_yes(run, mine, command):
    ended = run(*command)

    assert ended.code == 2
    assert "no terminal to ask you at" in ended.err
    assert "--yes" in ended.err
    assert mine.read_text() == "mine = 1\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_with_yes_it_backs_up_first_and_says_where(run, here, mine, command):
    ended = run(*command, "--yes")

    assert ended.code == 0
    assert mine.read_text() != "mine = 1\n"
    said = next(line for line in ended.out.splitlines() if line.startswith("Your files as they"))
    backup = here / said.partition(": ")[2]
    assert (backup / "app/greeting.py").read_text() == "mine = 1\n"


def test_reset_with_nothing_to_do(run, started):
    assert "Nothing to do" in run("reset", "--yes").out


def test_catch_up_moves_to_the_lesson_and_names_the_files_that_stay(run, started):
    (started / "app/ideas.py").write_text("mine = 1\n")

    ended = run("catch-up", "02", "--yes")

    assert "  yours   app/ideas.py" in ended.out
    assert "You are at lesson 02, Manners." in ended.out
    assert "please returns nothing" in run("check").out
