"""A subject over a sample project."""

from pathlib import Path

import pytest

from checker.subject import Subject

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture(scope="module", params=["fork", "fresh"])
def subject(request):
    """A host that forks its children, and one that starts a fresh interpreter for each."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "fresh":
            patch.setenv("CHECKER_NO_FORK", "1")
        with Subject(["fastapi"]) as subject:
            yield subject


@pytest.fixture
def ask(subject):
    """Run a probe of the sample project."""

    def ask(name, *, deadline=20.0, env=None, image=None, **args):
        where = {"root": SAMPLE, "env": env or {}, "deadline": deadline, "image": image}
        return subject.probe(SAMPLE / "probes.py", name, args, **where)

    return ask
