"""The grading that evidence belongs to, and the fixtures that stand for parts of it."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from checker.judge.brokers import Brokers
from checker.judge.databases import Databases
from checker.judge.evidence.project import Project
from checker.judge.evidence.source import Source


class Grading(Protocol):
    """One grading, as the fixture `grading` gives it to every other."""

    seed: int
    source: Source
    databases: Databases
    brokers: Brokers
    memory: dict[str, Any]
    """Observations that checks share, by a name of the evidence's own."""
    shared: Path
    """A folder that all workers of the grading have in common."""

    def remark(self, *, note: str = "", survivors: Sequence[str] = ()) -> None:
        """Add to the result of the check that runs, whatever its outcome."""

    def project(self, check_file: Path, environment: Mapping[str, str]) -> Project:
        """The running check's own copy of the submission, and what its code sees of variables."""


def probes_for(check_file: Path) -> Path:
    """The probes of a check: beside it, or, for a stretch exercise that has none, the lesson's."""
    own, lessons = check_file.with_name("probes.py"), check_file.parents[1] / "checks" / "probes.py"
    return own if own.exists() else lessons


@pytest.fixture
def source(grading: Grading) -> Source:
    """The submission's files, parsed and never run."""
    return grading.source


@pytest.fixture
def environment(grading: Grading) -> dict[str, str]:
    """The variables that the submission's code sees; a course's kit may offer others."""
    return {"DATABASE_URL": grading.databases.url}


@pytest.fixture
def project(
    request: pytest.FixtureRequest, grading: Grading, environment: Mapping[str, str]
) -> Project:
    """This check's own copy of the submission, its environment set for tests."""
    return grading.project(request.node.path, environment)


@pytest.fixture
def rng(request: pytest.FixtureRequest, grading: Grading) -> random.Random:
    """Random data that a seed repeats: the same for a check whichever others run."""
    return random.Random(f"{grading.seed}:{request.node.name}")
