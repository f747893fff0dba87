"""`checker diff` and `checker solution`."""

import pytest


@pytest.mark.parametrize("command", ["diff", "solution"])
def test_before_passing_it_takes_reveal(run, started, command):
    ended = run(command)

    assert ended.code == 2
    assert "You have not passed lesson 00 yet" in ended.err
    assert f"checker {command} 00 --reveal" in ended.err
    assert ended.out == ""


def test_diff_with_reveal(run, started):
    ended = run("diff", "--reveal")

    assert ended.code == 0
    assert ended.out.startswith("--- mine/app/greeting.py\n+++ reference/app/greeting.py\n")


def test_diff_after_passing(run, passed):
    ended = run("diff")

    assert ended.code == 0
    assert "are the reference's" in ended.out


def test_solution_is_plain_when_piped(run, passed, solve):
    ended = run("solution")

    assert ended.code == 0
    assert (passed / "app/greeting.py").read_text() in ended.out
    assert "# --- app/greeting.py\n" in ended.out
    assert "\x1b" not in ended.out


def test_of_another_lesson(run, passed):
    assert run("solution", "01").code == 2
    assert "def goodbye" in run("solution", "01", "--reveal").out
