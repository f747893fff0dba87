"""`checker grade`: a class at the command line, killed, stopped, resumed."""

import csv
import json
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from checker.cli.grade_reports import file_name

from .conftest import HERE, SOLUTIONS
from .test_endings import _children
from .test_run import gone

TRUSTED = ("--lesson", "00", "--trust-submissions")


@pytest.fixture
def school(here):
    """Ten who hand in what differs, of whom the last one fails, and one without a project."""
    folder = here / "class"
    for number in range(10):
        own = shutil.copytree(SOLUTIONS / "00-greeting", folder / f"student-{number}")
        (own / "app/own.py").write_text(f"number = {number}\n")
    (own / "app/greeting.py").write_text("def hello(): ...\n")
    (folder / "nobody").mkdir()
    return folder


@pytest.fixture
def pair(school):
    """Two of them."""
    for number in range(1, 9):
        shutil.rmtree(school / f"student-{number}")
    shutil.rmtree(school / "nobody")
    return school


def graded(database):
    """How often each result was written down, by its row: the time at which it was."""
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT id, ended FROM gradings WHERE ended IS NOT NULL")
        times = dict(found.fetchall())
    connection.close()
    return times


def test_a_class_is_graded_into_a_table(run, pair, here):
    ended = run("grade", pair, *TRUSTED)

    with (here / "gradebook.csv").open(newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    assert ended.code == 0
    assert (rows["student-0"]["status"], rows["student-0"]["failing"]) == ("passed", "")
    assert (rows["student-9"]["status"], rows["student-9"]["checks"]) == ("failed", "2")
    assert rows["student-9"]["failing"] == "00.hello 00.name"
    assert "00 · Greeting: 1 passed, 1 failed\n" in ended.out
    assert "Isolation: process." in ended.out
    assert "2 of 2: " in ended.err


def test_a_second_time_it_has_it_all(run, pair, here):
    run("grade", pair, *TRUSTED)
    before = (here / "gradebook.csv").read_bytes()

    ended = run("grade", pair, *TRUSTED)

    assert "The gradebook had it all; nothing was graded.\n" in ended.out
    assert (here / "gradebook.csv").read_bytes() == before


def test_without_trust_or_a_sandbox_nothing_is_run(run, pair, here, monkeypatch):
    monkeypatch.setattr("checker.subject.reached", _plain)
    monkeypatch.setattr("checker.subject.levels", lambda: (_plain(),))

    ended = run("grade", pair, "--lesson", "00")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "No sandbox can be had here for the code of strangers.\n"
        "Where you trust everyone who has handed in, add: --trust-submissions\n"
    )
    assert sorted(path.name for path in here.iterdir()) == ["class"]


def _plain():
    from checker.subject import Level

    return Level("process", is_safe=False, words="-")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["class"], "Which lesson are they graded by?"),
        (["class", "--lesson", "77"], "There is no lesson '77'."),
        (["nowhere", *TRUSTED], "There is no nowhere."),
        (["class/student-0", *TRUSTED], "class/student-0 is a project itself"),
        (["class", *TRUSTED, "--output", "class"], "class is a folder"),
        (["class", *TRUSTED, "--gradebook", "no/where.db"], "no/where.db cannot be written"),
    ],
)
def test_bad_input_is_one_sentence_and_2(run, pair, args, sentence):
    ended = run("grade", *args)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(sentence)
    assert len(ended.err.splitlines()) == 2


def test_what_could_not_be_graded_is_named_and_1(run, pair):
    (pair / "nobody").mkdir()

    ended = run("grade", pair, *TRUSTED)

    assert ended.code == 1
    assert "  nobody: It holds no app/ folder with files" in ended.out


def test_the_table_alone_on_standard_output(run, pair, here):
    ended = run("grade", pair, *TRUSTED, "--output", "-")

    assert [line.split(",")[0] for line in ended.out.splitlines()] == [
        "student",
        "student-0",
        "student-9",
    ]
    assert "1 passed, 1 failed" in ended.err
    assert not (here / "gradebook.csv").exists()


def test_results_in_the_folder_of_submissions_are_no_submissions(run, pair, monkeypatch):
    monkeypatch.chdir(pair)
    run("grade", ".", *TRUSTED, "--reports", "reports")

    ended = run("grade", ".", *TRUSTED, "--reports", "reports")

    assert ended.code == 0
    assert "1 passed, 1 failed" in ended.out


def test_each_student_gets_reports(run, pair, here):
    (pair / "student-0").rename(pair / "=1;2")

    run("grade", pair, *TRUSTED, "--reports", "reports")

    text = (here / "reports/student-9/00-greeting.txt").read_text()
    assert "hello returns nothing." in text
    assert (here / "reports/student-9/00-greeting.json").read_text().startswith("{")
    assert sorted(path.name for path in (here / "reports").iterdir()) == [
        file_name("=1;2"),
        "student-9",
    ]


@pytest.mark.parametrize(
    "name", ["..", ".", "a/b", "/etc", "", "a\nb", "x" * 300, "ö" * 300, "a:b", "a "]
)
def test_a_students_folder_stays_where_it_belongs(name):
    plain = file_name(name)

    assert "/" not in plain
    assert plain not in ("", ".", "..")
    assert len(plain.encode()) <= 255


def test_students_alike_in_print_have_folders_of_their_own():
    assert len({file_name(name) for name in ("a/b", "a:b", "a_b", "a\nb")}) == 4


def test_all_lessons(run, pair):
    ended = run("grade", pair, "--lesson", "all", "--trust-submissions")

    assert [line.partition(" ·")[0] for line in ended.out.splitlines()[:3]] == ["00", "01", "02"]


def test_on_a_terminal_there_is_a_bar(pair, at_terminal):
    shown = at_terminal("grade", str(pair), *TRUSTED, TERM="xterm", COLUMNS="80")

    assert "00-greeting" in shown
    assert "2/2" in shown
    assert "1 passed, 1 failed" in shown


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 5])
def test_killed_and_resumed_is_as_undisturbed(run, school, here, process, after):
    undisturbed = run("grade", school, *TRUSTED, "--gradebook", "u.db", "--output", "u.csv")
    assert undisturbed.code == 1

    going = process("grade", school, *TRUSTED, "--jobs", "2")
    lines = [going.stderr.readline() for _ in range(after)]
    below = _children(going.pid)
    going.kill()
    going.communicate()
    assert all(gone(pid) for pid in below)
    before = graded("gradebook.db") if after else {}
    resumed = run("grade", school, *TRUSTED)

    assert all(" of 10: " in line for line in lines)
    assert resumed.code == 1
    assert (here / "gradebook.csv").read_bytes() == (here / "u.csv").read_bytes()
    assert len(before) >= after
    assert before.items() <= graded("gradebook.db").items()
    again = [line for line in resumed.err.splitlines() if " of " in line]
    assert len(again) == 10 - len(before)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(run, school, here, process):
    going = process("grade", school, *TRUSTED, "--jobs", "1")
    going.stderr.readline()
    below = _children(going.pid)
    going.send_signal(signal.SIGINT)
    out, err = going.communicate()

    done = len(graded("gradebook.db"))
    assert (going.returncode, out) == (130, "")
    assert err.splitlines()[-2:] == [
        f"Stopped. {done} of 10 gradings are done, and kept in gradebook.db.",
        "To go on, give the same command again.",
    ]
    assert done >= 1
    assert all(gone(pid) for pid in below)
    assert not (here / "gradebook.csv").exists()
    resumed = run("grade", school, *TRUSTED)
    assert f"{10 - done} of {10 - done}: " in resumed.err


def test_a_second_run_at_once_is_refused(run, school, process):
    going = process("grade", school, *TRUSTED)
    going.stderr.readline()

    ended = run("grade", school, *TRUSTED)

    going.kill()
    going.communicate()
    assert ended.code == 2
    assert ended.err.startswith("Another checker grade is writing to gradebook.db.")


def test_an_error_of_ours_is_surfaced_and_3(run, pair, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr("checker.batch.grading.Attempt._report", broken)

    ended = run("grade", pair, *TRUSTED)

    assert ended.code == 3
    assert "The checker's own fault, twice; the same command tries again:\n" in ended.out
    assert "  student-0: The checker itself failed: ZeroDivisionError" in ended.out
    assert Path("gradebook.csv").exists()


# What an answer is worth.

TOLD = "def test_hello(probe):\n    probe('hello')\n"


@pytest.fixture
def of_told(pair, here, monkeypatch):
    """The pair, in a course whose first check asks the code itself."""
    root = shutil.copytree(HERE / "sample", here / "course")
    checks = root / "lessons/00-greeting/checks"
    text = (checks / "test_greeting.py").read_text()
    before, _, rest = text.partition("def test_hello(source):")
    (checks / "test_greeting.py").write_text(before + TOLD + rest[rest.index("\n\n") :])
    (checks / "probes.py").write_text("def hello():\n    import app.greeting\n")
    monkeypatch.setenv("CHECKER_CURRICULUM", str(root))
    (pair / "student-0/app/own.py").write_text("\nimport gc\n")
    return pair


def test_what_was_only_told_and_who_reaches_for_it_is_said(run, of_told, here):
    ended = run("grade", of_told, *TRUSTED, "--reports", "reports")

    with (here / "gradebook.csv").open(newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    first, last = rows["student-0"], rows["student-9"]
    assert (first["checks_passed"], first["checks_witnessed"]) == ("2", "1")
    assert (first["not_witnessed"], first["reaches"]) == ("structure.main", "gc at app/own.py:2")
    assert (last["not_witnessed"], last["reaches"]) == ("structure.main", "")
    assert "  Not witnessed: up to 1 of 2 items passed rest on what the code itself" in ended.out
    assert (
        "Source that reaches into Python or the checker: read it:\n"
        "  student-0: gc at app/own.py:2\n"
    ) in ended.out
    report = json.loads((here / "reports/student-0/00-greeting.json").read_text())
    assert [each["evidence"] for each in report["checks"]] == ["told", "witnessed"]
    assert "itness" not in (here / "reports/student-0/00-greeting.txt").read_text()


def test_where_all_was_witnessed_nothing_is_said(run, pair):
    assert "itness" not in run("grade", pair, *TRUSTED).out
