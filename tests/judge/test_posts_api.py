"""The posts service as checks use it: random data, and what is said when the service refuses."""

import random

import httpx
import pytest

from checker.judge.evidence import Database, PostsApi
from checker.judge.evidence.posts_api import POSTS, body, told
from checker.judge.unmet import Unmet


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
        return PostsApi(served, Database(tmp_path / "check.db"), random.Random(seed))

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
    assert told(httpx.Response(204, request=request)) == "204: (no body)"
    assert told(httpx.Response(500, text="a\n b", request=request)) == "500: a b"
    assert len(told(httpx.Response(500, text="x" * 999, request=request))) < 220
    assert body(httpx.Response(200, json={"a": 1}, request=request)) == {"a": 1}
