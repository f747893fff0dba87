"""A check in which the submission's code never comes back."""

import os
from pathlib import Path

import pytest

from checker.judge import check


@pytest.fixture
def announced(project):
    """Say that the check is about to begin, to whoever holds the other end of that pipe."""
    Path(os.environ["ANNOUNCED"]).write_text("checking")


@check(title="It waits", items=["structure.main"], why="-", read="Wait")
def test_waits(announced, probe):
    probe("wait")
