"""Every editor has its own way to be told of a line."""

from pathlib import Path

import pytest

from checker.report import Location
from checker.watch.editor import opening, place_of, preferred

FILE = Path("/a b/x.py")


@pytest.mark.parametrize(
    ("editor", "argv"),
    [
        ("vim", ("vim", "+12", "/a b/x.py")),
        ("/usr/bin/vim.basic", ("/usr/bin/vim.basic", "+12", "/a b/x.py")),
        ("nvim -u NONE", ("nvim", "-u", "NONE", "+12", "/a b/x.py")),
        ("nano", ("nano", "+12", "/a b/x.py")),
        ("hx", ("hx", "+12", "/a b/x.py")),
        ("emacs -nw", ("emacs", "-nw", "+12", "/a b/x.py")),
        ("emacs-29.1 -nw", ("emacs-29.1", "-nw", "+12", "/a b/x.py")),
        ("'/my tools/ed'", ("/my tools/ed", "/a b/x.py")),
        ("unheard-of", ("unheard-of", "/a b/x.py")),
    ],
)
def test_one_that_needs_the_terminal(editor, argv):
    found = opening(editor, FILE, 12, {"DISPLAY": ":0"})
    assert (found.argv, found.takes_terminal) == (argv, True)


@pytest.mark.parametrize(
    ("editor", "argv"),
    [
        ("code", ("code", "--goto", "/a b/x.py:12")),
        ("code --wait", ("code", "--wait", "--goto", "/a b/x.py:12")),
        ("code.cmd", ("code.cmd", "--goto", "/a b/x.py:12")),
        ("cursor", ("cursor", "--goto", "/a b/x.py:12")),
        ("subl -w", ("subl", "-w", "/a b/x.py:12")),
        ("zed", ("zed", "/a b/x.py:12")),
        ("pycharm", ("pycharm", "--line", "12", "/a b/x.py")),
        ("gvim", ("gvim", "+12", "/a b/x.py")),
        ("emacs", ("emacs", "+12", "/a b/x.py")),
    ],
)
def test_one_with_a_window_of_its_own(editor, argv):
    found = opening(editor, FILE, 12, {"DISPLAY": ":0"})
    assert (found.argv, found.takes_terminal) == (argv, False)


def test_emacs_needs_the_terminal_where_there_are_no_windows():
    assert opening("emacs", FILE, 12, {}).takes_terminal


def test_quotes_that_do_not_match():
    with pytest.raises(ValueError, match="quotation"):
        opening("vim '", FILE, 12)


def test_visual_goes_before_editor():
    assert preferred({"VISUAL": "code", "EDITOR": "vim"}) == "code"
    assert preferred({"VISUAL": " ", "EDITOR": "vim"}) == "vim"
    assert preferred({}) == ""


def test_the_place_is_that_of_the_failure(state, here):
    at = Location(file="app/x.py", line=3)
    assert place_of(here, at, state.lesson.tasks[0]) == at


def test_or_where_the_task_is_still_to_be_written(state, project):
    found = place_of(project(), None, state.lesson.tasks[1])
    assert found == Location(file="app/greeting.py", line=11)


def test_or_the_first_file_that_the_task_is_about(state, project):
    task = state.lesson.tasks[0].model_copy(
        update={"id": "00.9", "files": ("app/none.py", "app/greeting.py")}
    )
    assert place_of(project(), None, task) == Location(file="app/greeting.py", line=1)


def test_or_none(state, here):
    assert place_of(here, None, state.lesson.tasks[0]) is None
