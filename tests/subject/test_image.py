"""An image is imported once; what forks it for a request begins where the import ends."""

import os
import signal

import pytest

from checker.subject import Raised, Subject, Value

from .conftest import SAMPLE


def test_requests_share_the_import_and_nothing_else(ask):
    first, second = (ask("count", image="app.counter") for _ in range(2))
    assert first.value["count"] == second.value["count"] == 1
    assert first.value["pid"] != second.value["pid"]


def test_with_and_without_an_image_the_answer_is_the_same(ask):
    for image in ("app.main", None):
        assert ask("load", module="app.main", image=image) == Value("imported")


def test_code_that_does_not_import_has_no_image_and_fails_as_ever(ask):
    with_image = ask("load", module="app.broken", image="app.broken")
    assert isinstance(with_image, Raised)
    assert with_image == ask("load", module="app.broken")


def test_code_whose_import_starts_a_thread_is_never_forked(ask):
    first, second = (ask("threads", image="app.threaded") for _ in range(2))
    assert first.value == second.value == ["MainThread", "started by an import"]


@pytest.mark.parametrize("module", ["app.looping", "app.connected"])
def test_code_whose_import_leaves_something_open_is_never_forked(ask, module):
    first, second = (ask("imported_here", module=module, image=module) for _ in range(2))
    assert first.value is second.value is True


def test_an_import_that_leaves_nothing_open_is_forked(monkeypatch):
    monkeypatch.delenv("CHECKER_NO_FORK", raising=False)
    where = {"root": SAMPLE, "env": {}, "deadline": 20.0, "image": "app.counter"}
    with Subject() as subject:
        args = {"module": "app.counter"}
        assert subject.probe(SAMPLE / "probes.py", "imported_here", args, **where) == Value(False)


def test_an_image_for_another_environment_is_another_one(ask):
    for value in ("one", "two"):
        assert ask("at_import", image="app.settings", env={"A_SETTING": value}).value == value


def test_an_image_that_was_killed_costs_nothing(monkeypatch):
    monkeypatch.delenv("CHECKER_NO_FORK", raising=False)
    where = {"root": SAMPLE, "env": {}, "deadline": 20.0, "image": "app.main"}
    with Subject(["fastapi"]) as subject:
        image = subject.probe(SAMPLE / "probes.py", "parent", {}, **where).value
        os.kill(image, signal.SIGKILL)
        answer = subject.probe(SAMPLE / "probes.py", "load", {"module": "app.main"}, **where)
    assert answer == Value("imported")


def test_a_server_forked_from_an_image_serves_and_stops(subject, tmp_path):
    import httpx

    sockets = (tmp_path / "http", tmp_path / "side")
    for _ in range(2):
        answer = subject.serve(
            "app.main:app", sockets=sockets, root=SAMPLE, env={}, deadline=30, image="app.main"
        )
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(sockets[0]))) as client:
            assert client.get("http://test/").json() == {"greeting": "plain"}
        assert "stopping" in subject.stop(answer.value).printed
