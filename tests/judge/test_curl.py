"""A request as a command line, which a shell reads as it was meant."""

import shlex

import httpx
import pytest

from checker.judge.curl import curl


def test_a_request_is_one_line_for_a_shell():
    request = httpx.Request(
        "POST", "http://workshop/api/v1/posts?q=a b&x='", json={"title": 'It\'s $HOME `ls` "x"'}
    )
    line = curl(request)
    assert shlex.split(line) == [
        *("curl", "-i", "-X", "POST", "http://127.0.0.1:8000/api/v1/posts?q=a%20b&x='"),
        *("-H", "content-type: application/json"),
        *("--data-raw", '{"title":"It\'s $HOME `ls` \\"x\\""}'),
    ]


def test_only_what_is_not_usual_is_written():
    headers = {"X-Request-ID": "7", "User-Agent": "x"}
    assert curl(httpx.Request("GET", "http://workshop/posts", headers=headers)) == (
        "curl -i http://127.0.0.1:8000/posts -H 'x-request-id: 7'"
    )


@pytest.mark.parametrize("body", [b"\xff", b"a" * 2_000, b"a\x1b[2J"])
def test_a_body_that_is_no_short_text_makes_no_line(body):
    assert curl(httpx.Request("POST", "http://workshop/posts", content=body)) == ""


def test_a_header_that_is_sent_twice_is_said_twice():
    headers = [("Authorization", "Bearer one"), ("Authorization", "Bearer two")]
    line = curl(httpx.Request("GET", "http://workshop/posts", headers=headers))
    assert line.count("-H 'authorization: Bearer ") == 2
