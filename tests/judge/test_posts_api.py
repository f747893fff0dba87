"""The posts service as checks use it: random data, and what is said when the service refuses."""

import random
import sqlite3

import httpx
import pytest

from checker.judge.evidence import SqliteDatabase, body, summarize
from checker.judge.unmet import Unmet
from kit import POSTS, PostsApi


class Served:
    """Answers every request for something new with one response, and keeps what was sent."""

    def __init__(self, status, **content):
        self.sent = []
        self._status, self._content = status, content

    def post(self, url, json):
        self.sent.append((url, json))
        request = httpx.Request("POST", f"http://workshop{url}")
        return httpx.Response(self._status, request=request, **self._content)


@pytest.fixture
def api(tmp_path):
    def make(served, seed=1):
        return PostsApi(served, SqliteDatabase(tmp_path / "check.db"), random.Random(seed), {})

    return make


def test_each_user_and_each_post_differs_and_a_seed_repeats_them(api):
    first, again = api(Served(201)), api(Served(201))
    users = [first.user_data() for _ in range(20)]
    assert len({user["email"] for user in users}) == 20
    assert [again.user_data() for _ in range(20)] == users


def test_what_is_created_comes_back(api):
    served = Served(201, json={"id": 7})
    assert api(served).post({"id": 3}, title="Given") == {"id": 7}
    [(url, sent)] = served.sent
    assert (url, sent["title"], sent["user_id"]) == (POSTS, "Given", 3)


def test_a_refusal_is_the_submissions_failure(api):
    with pytest.raises(Unmet) as caught:
        api(Served(422, json={"detail": "no"})).user()
    assert caught.value.seen == 'POST /api/v1/users was answered with 422: {"detail":"no"}'


def test_a_body_that_is_no_object_is_said(api):
    with pytest.raises(Unmet, match="A JSON object"):
        api(Served(201, json=[1])).user()


def test_one_request_goes_to_each_of_the_ten_endpoints(api):
    requests = api(Served(201)).requests({"id": 1}, {"id": 2})
    assert len({(method, url) for method, url, _ in requests}) == 10


def test_a_response_is_told_in_one_short_line():
    request = httpx.Request("GET", "http://workshop/")
    assert summarize(httpx.Response(204, request=request)) == "204: (no body)"
    assert summarize(httpx.Response(500, text="a\n b", request=request)) == "500: a b"
    assert len(summarize(httpx.Response(500, text="x" * 999, request=request))) < 220
    assert body(httpx.Response(200, json={"a": 1}, request=request)) == {"a": 1}


TABLE = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, note TEXT {})"


class Storing(Served):
    """A service that stores a user as it is asked to."""

    def __init__(self, file, extra=""):
        super().__init__(201)
        self.file = file
        with sqlite3.connect(file) as connection:
            connection.execute(TABLE.format(extra))

    def post(self, url, json):
        with sqlite3.connect(self.file) as connection:
            row = connection.execute(
                "INSERT INTO users (email, name, note) VALUES (?, ?, ?) RETURNING id",
                (json["email"], json["name"], f"note {len(self.sent)}"),
            ).fetchone()
        super().post(url, json)
        request = httpx.Request("POST", f"http://workshop{url}")
        content = {"id": row[0], "email": json["email"], "name": json["name"]}
        return httpx.Response(201, request=request, json=content)


def test_the_service_makes_one_user_and_later_ones_are_like_it(api, tmp_path):
    served = Storing(tmp_path / "check.db")
    posts = api(served)
    first, second = posts.user(), posts.user()
    assert len(served.sent) == 1
    assert {**first, "id": 2, "email": second["email"], "name": second["name"]} == second
    rows = posts.database.query("SELECT * FROM users ORDER BY id")
    assert rows == [{**first, "note": "note 0"}, {**second, "note": "note 0"}]


def test_a_user_with_something_special_is_made_by_the_service(api, tmp_path):
    served = Storing(tmp_path / "check.db")
    posts = api(served)
    posts.user()
    assert posts.user(name="Ada")["name"] == "Ada"
    assert len(served.sent) == 2


def test_a_row_that_cannot_be_copied_is_made_by_the_service(api, tmp_path):
    served = Storing(tmp_path / "check.db", extra="UNIQUE")
    posts = api(served)
    assert posts.user()["id"] != posts.user()["id"]
    assert len(served.sent) == 2
