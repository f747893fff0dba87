"""`checker check`, and `checker` alone."""

import errno
import json
import os
import xml.etree.ElementTree as ET

import pytest

from checker.cli import output
from checker.commands import command


@pytest.fixture
def project(run, here):
    """The first lesson's reference: a project that is no workspace."""
    assert run("dev", "compose", "00", "--to", "solved").code == 0
    return here / "solved"


def test_all_passed_is_0_and_remembered(run, started, solve):
    solve(started, "00-greeting")

    assert run("check").code == 0
    state = json.loads((started / ".checker/progress.json").read_text())["lessons"]["00-greeting"]
    assert state["passed"].endswith("Z")
    assert (state["failing"], state["items_failed"]) == ([], [])


def test_something_failed_is_1_and_shows_it(run, started):
    ended = run("check")

    assert ended.code == 1
    assert "hello returns nothing." in ended.out


def test_the_checkers_own_fault_is_3(run, other):
    other("broken")
    run("start")

    assert run("check").code == 3


@pytest.mark.parametrize(
    ("part", "check"),
    [("00.name", "00.name"), ("00.1", "00.hello"), ("greeting.name", "00.name")],
)
def test_a_part_of_a_lesson_by_its_name(run, started, part, check):
    progress = (started / ".checker/progress.json").read_bytes()
    ended = run("check", part, "--format", "json")

    assert ended.code == 1
    assert [each["id"] for each in json.loads(ended.out)["checks"]] == [check]
    assert (started / ".checker/progress.json").read_bytes() == progress


def test_after_a_task_the_one_that_is_really_next(run, started, solve):
    ours = (started / "app/greeting.py").read_text()
    (started / "app/greeting.py").write_text(
        ours.replace('raise NotImplementedError("TODO 00.1")', 'return "Hello"')
    )

    ended = run("check", "00.1")
    assert ended.code == 0
    assert "That is right. Next: task 00.2, Say the name." in ended.out

    solve(started, "00-greeting")
    assert "The whole lesson: checker check 00" in run("check", "00.2").out


@pytest.mark.slow
def test_all_is_every_lesson_up_to_the_current_one(run, passed):
    run("start")
    reports = json.loads(run("check", "all", "--format", "json").out)

    assert [each["lesson"] for each in reports] == ["00-greeting", "01-farewell"]


def test_quiet_is_what_failed(run, started):
    assert "Tasks" in run("check").out
    told = run("check", "-q").out
    assert "Tasks" not in told
    assert "hello returns nothing." in told


def test_next_steps_keep_the_path(run, started, here, monkeypatch):
    monkeypatch.chdir(here.parent)
    told = run("check", "--path", started).out

    assert f"checker hint 00.1 --path {started}\n" in told
    assert "--path" not in run("list").out


def test_a_check_that_there_is_not_is_said(run, started):
    ended = run("check", "00.nme")

    assert ended.code == 2
    assert "There is no check and no task '00.nme' in 00-greeting." in ended.err
    assert "Is it 00.name?" in ended.err


def test_checker_alone_checks_the_current_lesson(run, started):
    assert run().code == run("check").code == 1


def test_from_inside_the_workspace(run, started, monkeypatch):
    monkeypatch.chdir(started / "app")

    assert run("check").code == 1


def test_any_project_with_path_and_without_progress(run, project):
    ended = run("check", "00", "--path", "solved")
    assert command("list") == "checker list"  # the next command is about no path

    assert ended.code == 0
    assert not (project / ".checker").exists()


def test_a_lesson_by_each_of_its_names(run, project):
    for name in ("00-greeting", "00", "0", "greeting"):
        assert run("check", name, "--path", "solved").code == 0


def test_json_alone_is_on_standard_output(run, project):
    ended = run("check", "00", "--path", "solved", "--format", "json", "--seed", "7")

    report = json.loads(ended.out)
    assert (report["lesson"], report["outcome"], report["seed"]) == ("00-greeting", "passed", 7)


def test_several_lessons_are_a_list_in_json(run, project):
    ended = run("check", "00", "01", "00", "--path", "solved", "--format", "json")

    reports = json.loads(ended.out)
    assert [(r["lesson"], r["outcome"]) for r in reports] == [
        ("00-greeting", "passed"),
        ("01-farewell", "failed"),
    ]
    assert ended.code == 1


def test_junit(run, project):
    ended = run("check", "00", "--path", "solved", "--format", "junit")

    names = {case.get("name") for case in ET.fromstring(ended.out).iter("testcase")}
    assert len(names) == 2


def test_output_goes_to_a_file(run, here, project):
    ended = run("check", "00", "--path", "solved", "--format", "json", "--output", "out/r.json")

    assert ended.out == ""
    assert json.loads((here / "out" / "r.json").read_text())["lesson"] == "00-greeting"


def test_output_of_what_is_no_text(here):
    output.deliver('"\udcff"', here / "report.json", here)

    assert json.loads((here / "report.json").read_text()) == "?"


def test_output_where_a_folder_stands(run, project):
    ended = run("check", "00", "--path", "solved", "--output", "solved")

    assert ended.code == 2
    assert "solved is a folder where a file should be." in ended.err


def test_output_to_a_full_disk(run, project):
    ended = run("check", "00", "--path", "solved", "--output", "/dev/full")

    assert ended.code == 2
    assert ended.err.startswith("The disk is full: /dev/full could not be written.\n")


def test_nothing_is_coloured_when_piped(run, started):
    assert "\x1b" not in run("check").out


def test_progress_that_cannot_be_saved_is_said_and_the_verdict_stands(run, passed, monkeypatch):
    before = (passed / ".checker/progress.json").read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("checker.workspace.writing.os.fsync", full)

    ended = run("check")

    assert ended.code == 0
    assert "Your progress was not saved. The disk is full" in ended.err
    assert (passed / ".checker/progress.json").read_bytes() == before


def test_damaged_progress_is_said_and_not_fatal(run, passed):
    run("start")
    (passed / ".checker/progress.json").write_text('{"schema": 1, "cur')

    ended = run("check")

    assert ended.code == 1
    assert "was damaged; it is now progress-damaged-" in ended.err
    assert "You seem to be at lesson 01, Farewell." in ended.err
    assert "Traceback" not in ended.err
    current = json.loads((passed / ".checker/progress.json").read_text())["current"]
    assert current == "01-farewell"
