"""A failure's meaning, its place, and the name that was meant."""

import json
from pathlib import Path

import pytest

from checker.judge.databases.database import Missing, Refused, Unreadable
from checker.judge.evidence import Source
from checker.judge.explaining import explained, worth_showing
from checker.judge.faults import FAULTS
from checker.judge.unmet import Unmet
from checker.report import Location

SAMPLE = Path(__file__).parent / "meant"


def explain(seen, printed="", **parts):
    return explained(Unmet(seen, **parts), Source(SAMPLE), printed, FAULTS)


def test_a_fault_is_explained_and_cured_beside_what_the_check_says():
    found = explain(
        "GET /posts was answered with 500 (AttributeError: 'NoneType' object has no attribute"
        " 'title' at app/models.py:3)",
        wanted="200 and a page.",
    )
    assert found.seen.endswith(
        "Something is None there: is a return missing, or was there no such row?"
    )
    assert found.wanted.startswith("200 and a page. `return` at the end of what gives it")
    assert found.at == Location(file="app/models.py", line=3)


@pytest.mark.parametrize(
    "failure", [Missing("a"), Refused("a"), Unreadable("SELECT a", "unknown function: a()")]
)
def test_what_a_database_says_is_explained_too(failure):
    found = explained(failure, Source(SAMPLE), "", FAULTS)
    assert type(found) is type(failure)
    assert (found.seen, found.wanted, str(found)) == (failure.seen, failure.wanted, str(failure))


def test_a_place_that_is_known_is_kept_and_one_outside_is_none():
    at = Location(file="app/repositories.py", line=1)
    assert explain("KeyError: 'a' at app/models.py:3", at=at).at == at
    assert explain("KeyError: 'a' at lib/other.py:3").at is None


def test_a_coroutine_that_was_never_awaited_is_told_from_the_output():
    found = explain(
        "No post is stored.",
        "started\n/srv/app/repositories.py:8: RuntimeWarning: coroutine 'PostRepository.add'"
        " was never awaited\n  self.add()\n",
        wanted="One row.",
    )
    assert found.seen == (
        "No post is stored. PostRepository.add was called and never awaited: it did nothing."
    )
    assert found.at == Location(file="app/repositories.py", line=8)


def test_anything_else_that_was_printed_explains_nothing():
    found = explain("No post is stored.", "AttributeError: 'NoneType' object has no attribute 'a'")
    assert (found.seen, found.wanted, found.at) == ("No post is stored.", "", None)


@pytest.mark.parametrize(
    ("seen", "near"),
    [
        ("NameError while importing app.repositories: name 'Rows' is not defined", "Row"),
        ("ImportError: cannot import name 'Pots' from 'app.models' (app/models.py)", "Post"),
        ("ModuleNotFoundError: No module named 'app.model'", "app.models"),
        ("AttributeError: 'Post' object has no attribute 'titel'", "title"),
        ("AttributeError: 'Post' object has no attribute 'create_at'", "created_at"),
        ("AttributeError: type object 'Post' has no attribute 'auther'", "author"),
        ("AttributeError: module 'app.models' has no attribute 'Posts'", "Post"),
        ("TypeError: 'titel' is an invalid keyword argument for Post", "title"),
        (
            "TypeError: PostRepository.list_page() got an unexpected keyword argument 'ofset'",
            "offset",
        ),
    ],
)
def test_a_name_that_is_nearly_right_is_compared_with_those_that_are_there(seen, near):
    found = explain(seen, at=Location(file="app/repositories.py", line=8))
    assert f" There is {near}: a typing error?" in found.seen


@pytest.mark.parametrize(
    "seen",
    [
        "AttributeError: 'Post' object has no attribute 'zzz'",
        "AttributeError: 'Nowhere' object has no attribute 'titel'",
        "NameError: name 'Rov' is not defined",
    ],
)
def test_a_name_like_no_other_is_left_alone(seen):
    assert explain(seen).seen == seen


def test_of_a_traceback_the_projects_places_are_shown_and_the_exception():
    printed = """\
here
INFO:     Started server process [7]
Traceback (most recent call last):
  File "/env/site-packages/library.py", line 3, in call
    handler()
    ^^^^^^^^^
  File "/grading/project/app/routes.py", line 4, in read
    post.title
    ^^^^^^^^^^
AttributeError: no title
"""
    assert (
        worth_showing(printed, Path("/grading/project"))
        == """\
here
Traceback (most recent call last):
  File "app/routes.py", line 4, in read
    post.title
    ^^^^^^^^^^
AttributeError: no title"""
    )


TRACE = """\
Traceback (most recent call last):
  File "/env/site-packages/library.py", line 3, in call
    handler()
  File "/grading/project/app/routes.py", line 4, in read
    post.title
AttributeError: no title"""


def test_of_an_error_that_is_logged_in_json_the_traceback_is_shown():
    lines = (
        {"time": "now", "level": "INFO", "message": "GET /posts/1", "more": "x" * 300},
        {"time": "now", "level": "error", "message": "It failed", "number": 1, "exception": TRACE},
    )
    printed = "".join(f"{json.dumps(line)}\n" for line in lines)
    first, *rest = worth_showing(printed, Path("/grading/project")).splitlines()
    assert first.startswith('{"time": "now"')
    assert rest == [
        "Traceback (most recent call last):",
        '  File "app/routes.py", line 4, in read',
        "    post.title",
        "AttributeError: no title",
    ]


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"level": "WARNING", "exception": TRACE}),
        json.dumps({"level": "ERROR", "parts": [TRACE]}),
        f"{{Traceback (most recent call last): {'{' * 9}",
    ],
)
def test_any_other_line_in_json_is_cut(line):
    assert worth_showing(f"{line}\n", Path("/grading/project")) == line[:200]


def test_what_a_check_calls_final_is_left_as_it_is():
    unmet = Unmet("NOT NULL constraint failed: posts.user_id", "A user.", final=True)

    found = explained(unmet, Source(SAMPLE), "", FAULTS)

    assert (found.seen, found.wanted) == (unmet.seen, unmet.wanted)
