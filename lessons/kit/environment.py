"""The environment that the submission's settings are read from, unless a check changes it."""

import json
import random
from collections.abc import Mapping

import pytest

from checker.judge.evidence import Grading


def usual(database: str, seed: int) -> dict[str, str]:
    """Every variable of lesson 00 but the log's level, with random values that a seed repeats.

    Checks which leave it alone share an import of the submission.
    """
    rng = random.Random(seed)
    secret = rng.randbytes(24).hex()
    origins = [f"https://{name}{rng.randrange(10**9)}.example.com" for name in ("www", "app")]
    return {
        "CORS_ORIGINS": json.dumps(origins),
        "DATABASE_URL": database,
        "ENVIRONMENT": "test",
        "PREVIEW_ALLOWED": json.dumps([f"127.0.0.1:{port}" for port in ports(seed)]),
        "SECRET_KEY": secret,
    }


def ports(seed: int) -> list[int]:
    """Where the servers of a grading listen that the service may fetch from: some, for it has
    several workers. None is a port that systems give out by themselves."""
    return random.Random(f"ports of {seed}").sample(range(20_000, 32_000), 12)


def origins(env: Mapping[str, str]) -> list[str]:
    """The origins that CORS_ORIGINS names."""
    found: list[str] = json.loads(env["CORS_ORIGINS"])
    return found


@pytest.fixture
def environment(request: pytest.FixtureRequest, grading: Grading) -> dict[str, str]:
    """What every check's settings are read from, unless it changes its `project.env`."""
    env = usual(grading.databases.url, grading.seed)
    if "strangers" in request.fixturenames:  # their addresses are settings
        env |= request.getfixturevalue("strangers").env
    return env
