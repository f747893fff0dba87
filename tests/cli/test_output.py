"""`checker check --output`: nothing of the learner's is replaced without a copy."""

import json
import os
import subprocess

import pytest

from checker.cli import output
from checker.cli.output import deliver, refuse
from checker.errors import UserError


@pytest.fixture
def given(here, monkeypatch):
    """The workspace's own file, and a report to be written."""
    root = here / "my-posts"
    (root / ".checker").mkdir(parents=True)
    (root / "app").mkdir()
    (root / "app/main.py").write_text("mine = 1\n")
    return root


def test_a_minus_is_standard_output(run, started):
    ended = run("check", "--format", "json", "--output", "-")

    assert json.loads(ended.out)["lesson"] == "00-greeting"
    assert (ended.code, ended.err) == (1, "")


def test_a_file_of_the_project_gets_a_backup(given, here, capsys):
    deliver("report", here / "my-posts/app/main.py", given)

    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("Written to " + str(here / "my-posts/app/main.py") + ".")
    backup = here / said[1].removeprefix("What was there before: ")
    assert (given / "app/main.py").read_text() == "report"
    assert (backup / "app/main.py").read_text() == "mine = 1\n"


def test_a_file_of_a_project_that_is_no_workspace_is_kept_beside(here, capsys):
    (here / "solved").mkdir()
    file = here / "solved/main.py"
    for content in ("one", "two"):
        file.write_text(content)
        deliver("report", file, here / "solved")

    assert (here / "solved/main.py.~1~").read_text() == "one"
    assert (here / "solved/main.py.~2~").read_text() == "two"
    assert "What was there before: solved/main.py.~2~\n" in capsys.readouterr().err
    assert not (here / "solved/.checker").exists()


def test_an_earlier_report_elsewhere_is_replaced(here, given):
    deliver("one", here / "report.json", given)
    deliver("two", here / "report.json", given)

    assert (here / "report.json").read_text() == "two"
    assert sorted(p.name for p in here.iterdir()) == ["my-posts", "report.json"]


def test_a_symbolic_link_is_written_through(here, given):
    (here / "elsewhere").mkdir()
    (here / "link.json").symlink_to("elsewhere/report.json")

    for text in ("one", "two"):
        deliver(text, here / "link.json", given)

    assert (here / "link.json").is_symlink()
    assert (here / "elsewhere/report.json").read_text() == "two"


def test_a_link_into_the_project_gets_a_backup_too(here, given):
    (here / "link").symlink_to("my-posts/app/main.py")

    deliver("report", here / "link", given)

    kept = list((given / ".checker/backups").glob("*/app/main.py"))
    assert [each.read_text() for each in kept] == ["mine = 1\n"]
    assert (here / "link").is_symlink()


def test_a_link_that_leads_back_to_itself(here, given):
    (here / "link").symlink_to("link")

    with pytest.raises(UserError, match="is a link that leads back to itself"):
        refuse(here / "link")


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("redirection", [">", ">>"])
def test_standard_output_by_its_file_name(here, process, started, name, redirection):
    """What the shell had opened stays open, and what was in it stays in it."""
    file = here / "log"
    file.write_text("before\n")
    with file.open("w" if redirection == ">" else "a") as log:
        ended = process("check", "--format", "json", "--output", name, stdout=log)
        _, err = ended.communicate()
        log.write("\nafter\n")

    text = file.read_text()
    assert (ended.returncode, err) == (1, "")
    assert text.startswith("before\n" if redirection == ">>" else "{")
    assert text.endswith("after\n")
    assert '"lesson": "00-greeting"' in text


def test_the_file_that_standard_output_goes_to(here, process, started):
    with (here / "log").open("w") as log:
        ended = process("check", "--output", "log", stdout=log)
        ended.communicate()
        log.write("after\n")

    assert "0 of 2 items passed" in (here / "log").read_text()
    assert (here / "log").read_text().endswith("after\n")


def test_a_pipe_that_somebody_reads(here, given):
    os.mkfifo(here / "pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE, text=True) as reader:
        with (here / "pipe").open("w"):  # opens once the reader has
            deliver("report", here / "pipe", given)
        assert reader.stdout.read() == "report"


def test_a_pipe_that_nobody_reads_is_not_waited_for(here, given):
    os.mkfifo(here / "pipe")

    with pytest.raises(UserError) as caught:
        deliver("report", here / "pipe", given)

    assert caught.value.sentence == f"{here / 'pipe'} is a pipe that nobody reads."


def test_the_checkers_own_files_are_refused_before_grading(run, started, monkeypatch):
    monkeypatch.setattr(output, "deliver", None)

    ended = run("check", "--output", "my-posts/.checker/progress.json")

    assert ended.code == 2
    assert "is in .checker/, which is the checker's own." in ended.err
