"""The file that a class's results are kept in."""

import sqlite3

import pytest

from checker.batch import Gradebook, Key, Status
from checker.batch.records import Entered, Result
from checker.errors import UserError

KEY = Key("digest", "00-greeting", "version", "environment", "process")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gradebook.db"


def test_two_runs_do_not_write_to_one_gradebook(path):
    with Gradebook(path), pytest.raises(UserError, match="Another checker grade is writing to"):
        Gradebook(path)
    with Gradebook(path) as book:
        assert book.rows() == []


def test_a_file_that_is_no_database_is_left_as_it_is(path):
    path.write_text("My notes, which are more than a hundred bytes long. " * 3)
    before = path.read_bytes()

    with pytest.raises(UserError, match="is no gradebook"):
        Gradebook(path)
    assert path.read_bytes() == before


def test_another_database_is_left_as_it_is(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (id INTEGER)")
    connection.close()

    with pytest.raises(UserError, match="is no gradebook of this version"):
        Gradebook(path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match="cannot be written: No such file or directory"):
        Gradebook(tmp_path / "nowhere" / "gradebook.db")


def test_it_survives_power_cuts_and_readers_meanwhile(path):
    with Gradebook(path) as book:
        mode = sqlite3.connect(path)
        assert mode.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        book.enter("00-greeting", [Entered("ann", KEY)])
        assert mode.execute("SELECT student FROM entries").fetchall() == [("ann",)]
        mode.close()


def test_a_result_is_on_disk_when_it_is_recorded(path):
    with Gradebook(path) as book:
        book.enter("00-greeting", [Entered("ann", KEY)])
        book.begin(KEY)
        book.record(KEY, Result(Status.UNGRADABLE, "Why not."))
        copy = path.with_name("copy.db")
        copy.write_bytes(path.read_bytes())  # as a killed run leaves both files
        copy.with_name("copy.db-wal").write_bytes(path.with_name(f"{path.name}-wal").read_bytes())
    with Gradebook(copy) as book:
        assert [(row.student, row.status, row.sentence) for row in book.rows()] == [
            ("ann", Status.UNGRADABLE, "Why not.")
        ]


def test_rows_are_sorted_by_student_and_lesson(path):
    with Gradebook(path) as book:
        book.enter("01-farewell", [Entered("bob", None, "-"), Entered("ann", None, "-")])
        book.enter("00-greeting", [Entered("bob", None, "-")])

        assert [(row.student, row.lesson) for row in book.rows()] == [
            ("ann", "01-farewell"),
            ("bob", "00-greeting"),
            ("bob", "01-farewell"),
        ]


def test_who_leaves_the_class_stays_in_the_gradebook(path):
    with Gradebook(path) as book:
        book.enter("00-greeting", [Entered("ann", KEY)])
        book.enter("00-greeting", [Entered("bob", KEY)])

        assert [row.student for row in book.rows()] == ["ann", "bob"]
