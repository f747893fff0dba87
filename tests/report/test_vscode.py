"""`.vscode/tasks.json` reads what `--format github` prints."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from checker.report import Location, Outcome
from checker.report.github import to_github

from .conftest import make_check, make_report

ROOT = Path(__file__).parents[2]
TASKS = {
    task["label"]: task
    for task in json.loads((ROOT / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
}
CHECK, WATCH = TASKS["checker: check"], TASKS["checker: watch"]


def problems(text, task=CHECK):
    """What VS Code lists: severity, file, line and message. Our expression means in Python's
    syntax what it does in JavaScript's."""
    pattern = task["problemMatcher"]["pattern"]
    found = (re.search(pattern["regexp"], line) for line in text.splitlines())
    wanted = [pattern[name] for name in ("severity", "file", "line", "message")]
    return [match.group(*wanted) for match in found if match]


def of(*checks, project="my-posts"):
    return problems(to_github([make_report(*checks)], project))


def failing(outcome=Outcome.FAILED, **told):
    place = Location(file="app/models/user.py", line=12)
    return make_check("01.tables", outcome, **{"location": place, **told})


def test_the_tasks():
    assert list(TASKS) == ["checker: check", "checker: watch", "checker: hint"]
    assert [task["args"] for task in TASKS.values()] == [
        ["check", "--format", "github"],
        ["watch", "--format", "github"],
        ["hint"],
    ]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_each_runs_the_program_of_the_environment_on_each_system(task):
    assert task["type"] == "process"  # no shell, so blanks in the path are none of its business
    assert task["command"] == "${workspaceFolder}/.venv/bin/checker"
    assert task["windows"] == {"command": r"${workspaceFolder}\.venv\Scripts\checker.exe"}
    assert task["options"] == {"cwd": "${workspaceFolder}"}


def test_a_failure_is_a_problem_in_its_file(mixed):
    assert problems(to_github([mixed], "my-posts")) == [
        ("error", "my-posts/app/models/user.py", "12", "It is red. Wanted: Green.")
    ]


def test_a_failure_without_a_location_is_none():
    assert of(failing(location=None)) == []


def test_our_own_fault_is_a_warning():
    broken = failing(outcome=Outcome.ERROR, seen="KeyError", wanted="")
    [(severity, *_, message)] = of(broken)
    assert (severity, message) == (
        "warning",
        "This is the checker's own fault, not yours. KeyError",
    )


def test_what_passed_is_no_problem(passed):
    assert problems(to_github([passed])) == []


def test_each_failure_is_one():
    second = failing().model_copy(
        update={"id": "01.repr", "location": Location(file="app/a b.py", line=1)}
    )
    assert [(file, line) for _, file, line, _ in of(failing(), second)] == [
        ("my-posts/app/models/user.py", "12"),
        ("my-posts/app/a b.py", "1"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "::error file=x.py,line=1,title=t::m",
        "a::b: c, d",
        "title=x,line=3::y",
        "line 1\nline 2\r\nline 3",
    ],
)
def test_text_of_the_learners_moves_nothing(text):
    [(severity, file, line, message)] = of(failing(title=text, seen=text, why=text, wanted=text))
    assert (severity, file, line) == ("error", "my-posts/app/models/user.py", "12")
    told = " ".join(text.split())
    assert message == f"{told}. Wanted: {told}"


def test_a_project_elsewhere_is_named_in_full():
    [(_, file, *_)] = of(failing(), project="/srv/posts")
    assert file == "/srv/posts/app/models/user.py"
    assert CHECK["problemMatcher"]["fileLocation"] == ["autoDetect", "${workspaceFolder}"]


def test_watching_reads_the_same_lines_between_two_of_its_own():
    matcher = dict(WATCH["problemMatcher"])
    background = matcher.pop("background")
    assert matcher == CHECK["problemMatcher"]
    assert WATCH["isBackground"]
    assert re.search(background["beginsPattern"], "checker: grading")
    assert re.search(background["endsPattern"], "checker: done")
    assert not re.search(background["beginsPattern"], "checker: done")
    assert not re.search(background["endsPattern"], "::error title=x::checker: done")


def test_git_does_not_ignore_it():
    if not (ROOT / ".git").exists():
        pytest.skip("no clone")
    ignored = subprocess.run(
        ["git", "-c", "core.excludesFile=", "check-ignore", "--no-index", ".vscode/tasks.json"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert ignored.returncode == 1
