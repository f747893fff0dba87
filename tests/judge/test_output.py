"""What is told of the exception behind a 500."""

import os
from pathlib import Path

import httpx
import pytest

from checker.judge.evidence import Http, Project, summarize
from checker.judge.evidence.output import Output, last_exception
from checker.subject import Snapshot, Subject

SAMPLE = Path(__file__).parents[1] / "subject" / "sample"
ROOT = Path("/srv/project")
TRACE = f"""\
ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "/usr/lib/driver.py", line 5, in execute
    raise error
driver.Refused: no

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "{ROOT}/app/routes/posts.py", line 31, in create
    await service.create(post)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "{ROOT}/app/services/posts.py", line 12, in create
    await self._session.commit()
  File "/usr/lib/sqlalchemy/engine.py", line 8, in commit
    raise error
"""


@pytest.mark.parametrize(
    ("ending", "seen"),
    [
        ("KeyError: 'id'\n", "KeyError: 'id' at app/services/posts.py:12"),
        ("AssertionError\n", "AssertionError at app/services/posts.py:12"),
        (
            "sqlalchemy.exc.IntegrityError: (sqlite3) UNIQUE\n[SQL: INSERT INTO posts]\n(Back",
            "",
        ),
        (
            "sqlalchemy.exc.IntegrityError: (sqlite3) UNIQUE\n[SQL: INSERT INTO posts]\n",
            "IntegrityError: (sqlite3) UNIQUE at app/services/posts.py:12",
        ),
        (
            "a.ValidationError: 1 validation error for A\nname\n  missing\nINFO: and so on\n",
            "ValidationError: 1 validation error for A name missing at app",
        ),
        ("KeyError: 1\nPOST /a: something else\n", "KeyError: 1 at app/services/posts.py:12"),
        ("no exception at all!\n", ""),
        ("", ""),
    ],
)
def test_the_last_traceback_is_told_in_a_line(ending, seen):
    found = last_exception(TRACE + ending, ROOT)
    assert found.startswith(seen) if seen else not found


def test_a_traceback_outside_the_project_has_no_place():
    trace = TRACE.partition("\n\nThe above")[0] + "\n"
    assert last_exception(trace, ROOT) == "Refused: no"


def test_what_was_printed_before_is_not_looked_at(tmp_path):
    file = tmp_path / "output"
    file.write_text(TRACE + "KeyError: 1\n")
    output = Output(file, ROOT)
    assert output.raised(0).startswith("KeyError: 1")
    assert output.raised(output.length()) == ""


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/etc/passwd")])
def test_an_output_that_is_no_file_any_more_is_left_alone(tmp_path, make):
    make(tmp_path / "output")
    output = Output(tmp_path / "output", ROOT)
    assert isinstance(output.length(), int)
    assert output.raised(0) == ""


def test_a_response_tells_what_a_500_comes_from():
    snapshot = Snapshot(SAMPLE)
    with Subject(["fastapi"]) as subject:
        http = Http(Project(subject, snapshot, {}, deadline=20.0), None)
        answers = [summarize(http.get(path)) for path in ("/broken", "/none", "/broken")]
        http.stop()
    snapshot.close()
    line = 1 + SAMPLE.joinpath("app/main.py").read_text().splitlines().index(
        '        raise LookupError("no such number") from error'
    )
    broken = f"500: Internal Server Error (LookupError: no such number at app/main.py:{line})"
    assert answers == [broken, '404: {"detail":"Not Found"}', broken]


def test_what_came_with_an_error_is_shown_where_that_error_is_the_failure():
    snapshot = Snapshot(SAMPLE)
    with Subject(["fastapi"]) as subject:
        project = Project(subject, snapshot, {}, deadline=20.0)
        http = Http(project, None)
        broken = http.get("/broken")
        assert broken.extensions["raised"]()
        assert "LookupError" in project.output()
        http.get("/")
        assert "LookupError" not in project.output()
        project.request = broken.request
        assert "LookupError" in project.output()
        http.stop()
    snapshot.close()


def test_of_an_output_the_parts_of_other_refusals_are_left_out(tmp_path):
    file = tmp_path / "output"
    output = Output(file, ROOT)
    requests = [httpx.Request("GET", f"http://a/{number}") for number in range(3)]
    file.write_text("start ")
    for number, request in enumerate(requests):
        output.asked()
        with file.open("a") as stream:
            stream.write(f"{number} ")
        if number != 1:
            output.refused(request)
    assert output.of(requests[1], 99) == "start 1 "
    assert output.of(requests[0], 99) == "start 0 1 "
    assert output.of(requests[2], 99) == "start 1 2 "
    assert output.of(requests[2], 4) == "1 2 "
    assert output.of(None, 99) == "start 1 "


def test_a_500_of_another_client_is_told_as_it_is():
    assert summarize(httpx.Response(500, text="no")) == "500: no"
