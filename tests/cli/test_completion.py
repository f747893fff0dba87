"""What shells get to complete, asked as the shells' own scripts ask."""

import os
import shutil
import subprocess

import pytest

from .conftest import COMMAND
from .test_quickness import HEAVY, loaded

LESSONS = ["00-greeting", "01-farewell", "02-manners"]


def asked(shell, line, **more):
    """What is answered for a command line whose cursor is at its end, and the exit code."""
    words = line.split(" ")
    environment = {
        "_CHECKER_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": line,
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        COMMAND,
        env={**os.environ, **environment, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout, done.returncode


def bash(line):
    out, code = asked("bash", line)
    assert code == 0
    return out.split()


def fish(line):
    """The values and their descriptions; the exit code that tells fish whether to ask for them."""
    out, _ = asked("fish", line, _TYPER_COMPLETE_FISH_ACTION="get-args")
    _, code = asked("fish", line, _TYPER_COMPLETE_FISH_ACTION="is-args")
    return dict(row.split("\t") for row in out.splitlines() if row), code


def test_commands():
    assert bash("checker ca") == ["catch-up"]
    assert {"start", "check", "hint", "list", "doctor", "dev"} <= set(bash("checker "))


@pytest.mark.parametrize(
    "command",
    ["start", "check", "diff", "solution", "reset", "catch-up", "dev build", "dev compose"],
)
def test_lessons(command):
    assert bash(f"checker {command} 0") == LESSONS


def test_a_second_lesson():
    assert bash("checker check 00-greeting 01") == ["01-farewell"]


def test_formats():
    assert bash("checker check --format g") == ["github"]


def test_tasks_of_the_current_lesson_come_first(passed, run):
    assert bash("checker hint ") == ["00.1", "00.2"]
    run("start")
    assert bash("checker hint ") == ["01.1"]


def test_tasks_of_any_lesson_that_is_named(started):
    assert bash("checker hint 0") == ["00.1", "00.2", "01.1", "02.1"]
    assert bash("checker hint 02") == ["02.1"]


def test_tasks_without_a_workspace():
    assert bash("checker hint ") == ["00.1", "00.2", "01.1", "02.1"]


def test_tasks_in_another_workspace(passed, run, monkeypatch, here):
    run("start")
    monkeypatch.chdir("/")

    assert bash(f"checker hint --path {here / 'my-posts'} ") == ["01.1"]


def test_a_damaged_workspace_is_left_as_it_is(started):
    file = started / ".checker/progress.json"
    file.write_text('{"schema": 1, "cur')

    assert bash("checker hint ") == ["00.1", "00.2", "01.1", "02.1"]
    assert {path.name for path in file.parent.iterdir()} == {".gitignore", "progress.json"}


@pytest.mark.parametrize("line", ["checker check ", "checker hint "])
@pytest.mark.parametrize("content", [None, "title = 1"])
def test_a_curriculum_that_cannot_be_read_offers_nothing(here, monkeypatch, line, content):
    if content:
        (here / "lessons/00-x").mkdir(parents=True)
        (here / "lessons/00-x/lesson.toml").write_text(content)
    monkeypatch.setenv("CHECKER_CURRICULUM", str(here))

    assert bash(line) == []
    assert fish(line) == ({}, 1)


def test_where_nothing_is_offered_the_shell_completes_files():
    assert bash("checker check --path my") == []
    assert asked("zsh", "checker check --path my") == ("_files\n", 0)
    assert fish("checker check --path my") == ({}, 1)


def test_zsh_shows_titles():
    out, code = asked("zsh", "checker check 0")

    assert code == 0
    assert out == (
        """_arguments '*: :(("00-greeting":"Greeting"\n"01-farewell":"Farewell"\n"""
        """"02-manners":"Manners"))'\n"""
    )


def test_fish_shows_titles():
    assert fish("checker hint 00") == ({"00.1": "Say hello", "00.2": "Say the name"}, 0)


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "complete -o default -F _checker_completion checker"),
        ("zsh", "compdef _checker_completion checker"),
        ("fish", "complete --command checker"),
    ],
)
def test_each_shell_has_its_script(shell, line):
    out, code = asked(shell, "", _CHECKER_COMPLETE=f"source_{shell}")

    assert code == 0
    assert line in out


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", ".bash_completions/checker.sh"),
        ("zsh", ".zfunc/_checker"),
        ("fish", ".config/fish/completions/checker.fish"),
    ],
)
def test_it_is_installed_and_shown(here, process, monkeypatch, shell, file):
    monkeypatch.setenv("HOME", str(here))
    # Typer's own way to have the shell named instead of found among the parents.
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")

    installing, showing = (process(f"--{what}-completion", shell) for what in ("install", "show"))
    said, _ = installing.communicate()
    shown, _ = showing.communicate()

    assert (installing.returncode, showing.returncode) == (0, 0)
    assert said.startswith(f"{shell} completion installed in {here / file}\n")
    assert (here / file).read_text().strip() == shown.strip()


def test_bash_itself(here, started):
    """bash runs the script that it is given, `checker` being a program on its path."""
    program = here / "bin/checker"
    program.parent.mkdir()
    interpreter, _, code = COMMAND
    program.write_text(f"#!{interpreter}\n{code}\n")
    program.chmod(0o755)
    script, _ = asked("bash", "", _CHECKER_COMPLETE="source_bash")
    (here / "script").write_text(
        f"{script}\nCOMP_WORDS=(checker hint 00.)\nCOMP_CWORD=2\n_checker_completion checker\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])

    done = subprocess.run(
        [shutil.which("bash"), "--norc", here / "script"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout.split(), done.stderr) == (["00.1", "00.2"], "")


@pytest.mark.parametrize("line", ["ch", "check ", "hint "])
def test_it_is_quick(monkeypatch, line):
    """Nothing heavy is loaded but pydantic, which Typer converts values by."""
    monkeypatch.setenv("_CHECKER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"checker {line}")
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" "))))

    assert not loaded() & (HEAVY - {"pydantic"})


def test_help_stays_tidy(run):
    options = run("--help").out.partition("Options:")[2].partition("Commands:")[0]

    assert [line.split()[0] for line in options.splitlines() if line[2:3] == "-"] == [
        "-V,",
        "--install-completion",
        "--show-completion",
        "-h,",
    ]
    assert "--install-completion" not in run("check", "--help").out
