"""A check in which the submission's code never comes back."""

import pytest

from checker.judge import check


@pytest.fixture
def announced(project):
    """Say on standard output that the check is about to begin."""
    print("checking", flush=True)


@check(title="It waits", items=["structure.main"], why="-", read="Wait")
def test_waits(announced, probe):
    probe("wait")
