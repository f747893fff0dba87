"""The servers that the judge plays: what they send, and what they notice."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from kit.upstream import ENDLESS, Upstream


@pytest.fixture
def upstream():
    with Upstream() as server:
        yield server


@pytest.fixture
def client():
    with httpx.Client(trust_env=False, timeout=5) as client:
        yield client


def test_a_connection_serves_several_pages(upstream, client):
    first, second = upstream.page("One"), upstream.page("Two", X_More="yes")
    assert "<title>One</title>" in client.get(first).text
    assert client.get(f"{second}?query").headers["X-More"] == "yes"
    assert client.get(f"http://{upstream.at}/nowhere").status_code == 404
    assert upstream.most == 1
    assert [visit.left for visit in upstream.visits] == [False] * 3


def test_who_leaves_before_the_end_is_noticed(upstream, client):
    hanging = upstream.hang()
    with pytest.raises(httpx.ReadTimeout):
        client.get(hanging, timeout=0.1)
    assert upstream.until(lambda: upstream.now == 0)
    assert [visit.left for visit in upstream.visits_of(hanging)] == [True]


def test_an_endless_page_ends_for_who_reads_all_of_it(upstream, client):
    endless = upstream.endless("Long")
    with client.stream("GET", endless) as response:
        assert next(response.iter_raw())
    assert len(client.get(endless).content) >= ENDLESS
    assert upstream.until(lambda: upstream.now == 0)
    assert [visit.left for visit in upstream.visits_of(endless)] == [True, False]


def test_pages_meet_if_they_are_asked_for_together_and_not_in_turn(upstream, client):
    together = upstream.meeting(["A", "B"])
    with ThreadPoolExecutor(2) as threads:
        assert [each.status_code for each in threads.map(client.get, together)] == [200, 200]
    assert upstream.most == 2
    in_turn = upstream.meeting(["A", "B"], seconds=0.1)
    assert [client.get(url).status_code for url in in_turn] == [503, 503]


@pytest.mark.parametrize("how", ["reset", "nothing", "garbage", "short"])
def test_a_broken_server_is_an_error_to_its_client(upstream, client, how):
    with pytest.raises(httpx.TransportError):
        client.get(upstream.broken(how))


def test_head_is_answered_without_a_body(upstream, client):
    page = upstream.page("One")
    assert client.head(page).status_code == 200
    assert "One" in client.get(page).text


def test_a_port_that_is_taken_is_passed_over(upstream):
    with Upstream([upstream.port, 0]) as other:
        assert other.port not in (0, upstream.port)


def test_a_receiver_answers_as_it_is_told_and_keeps_what_was_sent(upstream, client):
    answers = iter([500, 204, "http://elsewhere.example/"])
    hook = upstream.receiver(lambda _: next(answers))
    statuses = [client.post(hook, content=b"%d" % number).status_code for number in range(3)]
    assert statuses == [500, 204, 307]
    assert [visit.body for visit in upstream.visits_of(hook)] == [b"0", b"1", b"2"]


def test_a_receiver_may_keep_waiting_or_break_off(upstream, client):
    hook = upstream.receiver(lambda visit: None if visit.body else 0)
    with pytest.raises(httpx.TransportError):
        client.post(hook)
    upstream.open_gate()
    assert client.post(hook, content=b"x").status_code == 204
    assert not upstream.gave_up
