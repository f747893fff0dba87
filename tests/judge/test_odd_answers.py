"""Answers of every wrong shape, to each kind of evidence: one failure, in words."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from checker.judge.claim import unread
from checker.judge.evidence import Command, Http, Missing, Project, SqliteDatabase
from checker.judge.unmet import Overdue, Unmet
from checker.subject import Snapshot, Subject

SAMPLE = Path(__file__).parent / "odd"


@pytest.fixture(scope="module")
def project():
    snapshot = Snapshot(SAMPLE)
    with Subject(["uvicorn", "starlette.responses"]) as subject:
        yield Project(subject, snapshot, {}, deadline=20.0)
    snapshot.close()


@pytest.fixture(scope="module")
def http(project):
    http = Http(project, None)
    yield http
    http.stop(gently=False)


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/none", "GET /none gives None where there should be something: is a return missing?"),
        ("/list", "GET /list gives a list: []."),
        ("/text", "GET /text gives what the check has no words for: TypeError"),
        ("/nan", 'a body that is no JSON: {"total": NaN} (NaN is no JSON)'),
        ("/deep", "a body that is no JSON: [[[["),
        ("/nested", "GET /nested gives data nested deeper than 60 levels."),
        ("/digits", 'a body that is no JSON: {"id": 9999'),
        ("/cut", 'was answered with 200 and a body that is no JSON: {"id": 1 ('),
        ("/latin", "a body that is no JSON"),
        ("/empty", "and a body that is no JSON: (nothing)"),
        ("/html", "a body that is no JSON: <h1>Hello</h1>"),
        ("/many", "GET /many was answered with a body of more than 8 MB."),
        ("/zipped", "with a body that is not in its Content-Encoding"),
        ("/header", "GET /header"),
        ("/short", "GET /short broke the connection"),
    ],
)
def test_a_response_of_another_shape_is_a_failure_in_words(http, path, seen):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of many kinds
        http.get(path).json()["id"]
    error = caught.value
    assert seen in (error if isinstance(error, Unmet) else unread(error)).seen


def test_a_text_that_no_encoding_has_is_plain_data(http):
    assert http.get("/surrogate").json() == {"id": "\ud800"}
    with pytest.raises(UnicodeEncodeError) as caught:
        http.get(f"/{http.get('/surrogate').json()['id']}")
    assert "GET /surrogate gives what" in unread(caught.value).seen


def test_an_encoding_that_is_none_is_passed_over(http):
    assert http.get("/hex").text == "plain"


def test_a_header_that_is_missing_is_said(http):
    response = http.get("/none")
    assert response.headers.get("X-Absent") is None
    assert "X-Absent" not in response.headers
    with pytest.raises(Unmet, match="GET /none has no header X-Absent"):
        response.headers["X-Absent"]


def test_a_response_that_never_ends_is_overdue(http, project):
    before, project.deadline = project.deadline, 0.5
    try:
        with pytest.raises(Overdue, match=r"GET /dripping did not end within 0\.5 s"):
            http.get("/dripping")
        [answer] = http.together([("GET", "/dripping", {})])
        assert isinstance(answer, Overdue)
    finally:
        project.deadline = before


def folder(file):
    file.mkdir()


def no_database(file):
    file.write_bytes(b"no database, but long enough to be taken for one" * 100)


def other_columns(file):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE posts (name TEXT)")
        connection.execute("CREATE TABLE nulls (id, name TEXT)")
        connection.execute("INSERT INTO nulls VALUES (NULL, CAST(x'ff' AS TEXT))")


def nothing(file):
    """No such file."""


@pytest.mark.parametrize("make", [folder, no_database, other_columns, nothing])
def test_a_database_of_another_shape_is_a_failure_in_words(make, tmp_path):
    database = SqliteDatabase(tmp_path / "check.db")
    make(database.file)
    with pytest.raises(Unmet, match=r"no such|cannot answer"):
        database.query("SELECT id FROM posts WHERE title = ?", "x")
    with pytest.raises(Unmet, match=r"no such|no column|cannot answer"):
        database.execute("INSERT INTO posts (id, title) VALUES (1, 'x')")
    with pytest.raises(Exception) as caught, database.inspect() as inspector:  # noqa: PT011
        inspector.get_columns("posts")[0]["title"]
    assert (
        isinstance(caught.value, Unmet)
        or "The database, inspected, gives" in unread(caught.value).seen
    )


def test_rows_are_claims(tmp_path):
    database = SqliteDatabase(tmp_path / "check.db")
    other_columns(database.file)
    assert database.query("SELECT id FROM nulls") == [{"id": None}]
    with pytest.raises(Unmet, match=r"`SELECT id FROM nulls` gives no name: there is id\."):
        database.query("SELECT id FROM nulls")[0]["name"]
    with pytest.raises(Unmet, match=r"`SELECT name FROM posts` gives an empty list\."):
        database.query("SELECT name FROM posts")[0]
    with pytest.raises(Unmet, match="Could not decode to UTF-8"):
        database.query("SELECT name FROM nulls")


@pytest.mark.parametrize("value", [10**30, {}, [], "\ud800"])
def test_a_value_that_no_database_takes_is_a_failure(tmp_path, value):
    database = SqliteDatabase(tmp_path / "check.db")
    other_columns(database.file)
    with pytest.raises(Unmet, match="The database cannot answer"):
        database.query("SELECT * FROM posts WHERE name = ?", value)


def test_wrong_sql_is_the_checks_own_fault(tmp_path):
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        SqliteDatabase(tmp_path / "check.db").query("SELEKT 1")
    with pytest.raises(sqlite3.ProgrammingError):
        SqliteDatabase(tmp_path / "check.db").query("SELECT ?")


def test_a_missing_table_is_said(tmp_path):
    with pytest.raises(Missing, match="no such table: posts"):
        SqliteDatabase(tmp_path / "check.db").query("SELECT * FROM posts")


def test_long_output_is_cut(project):
    project.write("loud.py", "for _ in range(30): print('x' * 1024**2)\nprint('the end')\n")
    outcome = Command(project)("loud")
    assert (outcome.status, outcome.last_line) == (0, "the end")
    assert len(outcome.output) < 20_000
    project.remove("loud.py")
