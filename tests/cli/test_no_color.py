"""NO_COLOR (no-color.org): at a terminal, whatever is printed comes without colours."""

import os
import re
import shutil

import pexpect
import pytest

from .conftest import COMMAND, succeed

COLOURED = [
    "list",
    "check",
    "guidelines",
    "doctor",
    "diff 01 --reveal",
    "solution 00 --reveal",
    "--install-completion bash",
]
"""Commands that are in colour at a terminal, as `test_colours_are_there_otherwise` holds."""

PLAIN = [
    "",
    "--help",
    "--version",
    "check --help",
    "hint",
    "start",
    "reset --yes",
    "--show-completion zsh",
    "dev verify 02 --no-wrong-answers",
    "check --format github",
    # Used wrongly.
    "dance",
    "check --format yaml",
    "check 77",
    "hint 00.9",
    "check 00 --path nowhere",
    "run",
    "run --host 0.0.0.0",
]

COLOUR = re.compile(r"\x1b\[([0-9;:]*)m")


@pytest.fixture(scope="module")
def workspace(workspaces, tmp_path_factory):
    """A workspace with a lesson passed and one failing."""
    folder = tmp_path_factory.mktemp("workspace")
    shutil.copytree(workspaces / "passed", folder / "my-posts")
    succeed("start", folder=folder)
    return folder / "my-posts"


@pytest.fixture
def under_way(workspace, here):
    """A copy of it to work in."""
    shutil.copytree(workspace, here / "my-posts")


def shown(here, line, *, command=COMMAND, **env):
    terminal = pexpect.spawn(
        command[0],
        [*command[1:], *line.split()],
        env={
            **os.environ,
            "HOME": str(here),
            "TERM": "xterm-256color",
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
            **env,
        },
        encoding="utf-8",
        timeout=120,
        dimensions=(40, 100),
    )
    seen = ""
    if not line:  # a lesson is watched until it is told to stop
        terminal.expect("quit")
        seen = terminal.before
        terminal.send("q")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.before
    return seen + terminal.before


def coloured(text):
    """Whether a colour is set in it; bold, faint and the like are none."""
    codes = [int(code or 0) for found in COLOUR.findall(text) for code in re.split("[;:]", found)]
    return any(30 <= code <= 49 or 90 <= code <= 107 for code in codes)


@pytest.mark.parametrize("line", [*COLOURED, *PLAIN])
def test_nothing_is_coloured(here, under_way, line):
    assert not coloured(shown(here, line, NO_COLOR="1"))


@pytest.mark.parametrize("line", COLOURED)
def test_colours_are_there_otherwise(here, under_way, line):
    assert coloured(shown(here, line))


def test_an_empty_variable_is_none(here, under_way):
    assert coloured(shown(here, "list", NO_COLOR=""))
    assert coloured(shown(here, "--install-completion bash", NO_COLOR=""))


def test_force_color_does_not_win(here, under_way):
    assert not coloured(shown(here, "check", NO_COLOR="1", FORCE_COLOR="1"))


def test_our_own_fault_is_not_coloured(here, under_way):
    code = "import sys; from checker.cli import check, main; check.run = None; sys.exit(main())"
    text = shown(here, "check", command=[COMMAND[0], "-c", code], NO_COLOR="1")

    assert "TypeError" in text
    assert not coloured(text)


@pytest.mark.slow
def test_the_checkers_own_fault_in_a_report_is_not_coloured(here, other, run):
    other("broken")
    run("start")

    assert coloured(shown(here, "check"))
    assert not coloured(shown(here, "check", NO_COLOR="1"))


@pytest.mark.parametrize("text", ["\x1b[1mbold\x1b[0m", "\x1b[m", "\x1b[2;3m", "\x1b[2K\x1b[?25l"])
def test_what_is_no_colour(text):
    assert not coloured(text)


@pytest.mark.parametrize("text", ["\x1b[31m", "\x1b[1;32m", "\x1b[38;5;1m", "\x1b[97m", "\x1b[49m"])
def test_what_is_a_colour(text):
    assert coloured(text)
