"""An image is imported once; what forks it for a request begins where the import ends."""

import os
import signal

import pytest

from checker.subject import Raised, Subject, Value

from .conftest import SAMPLE


@pytest.fixture
def ask_forked(monkeypatch):
    """Ask probes of images, whatever else the tests do without."""
    monkeypatch.delenv("CHECKER_NO_FORK", raising=False)
    with Subject() as subject:

        def ask_forked(name, image, **args):
            where = {"root": SAMPLE, "env": {}, "deadline": 20.0, "image": image}
            return subject.probe(SAMPLE / "probes.py", name, args, **where).value

        yield ask_forked


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


def test_an_import_that_leaves_nothing_open_is_forked(ask_forked):
    assert ask_forked("imported_here", "app.counter", module="app.counter") is False


def test_an_image_has_configured_its_mapped_classes(ask_forked):
    found = ask_forked("mapping", "app.mapped", module="app.mapped")
    assert found == {"configured": True, "here": False, "said": ""}


def test_classes_that_cannot_be_configured_say_so_in_their_own_words(ask_forked):
    """The first attempt says what is wrong; a second one would only say that the first failed."""
    found = ask_forked("mapping", "app.mismapped", module="app.mismapped")
    assert (found["configured"], found["here"]) == (False, True)
    assert found["said"].startswith("Mapper 'Mapper[Child(children)]' has no property 'mother'")


def test_an_image_has_made_its_routes(ask_forked):
    assert ask_forked("routes_made", "app.main") is True
    assert ask_forked("routes_made", None) is False


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
