"""Checks run under plain pytest too, so that an editor can run them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.curriculum.library import ROOT

PROJECT = Path(__file__).parent / "sample" / "project"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def done():
    return run("lessons/01-models/checks", "--submission", str(PROJECT))


def test_a_failure_has_its_four_parts_and_no_traceback(done):
    assert done.returncode == 1
    for label in ("Guideline:", "Seen:", "Wanted:", "Why:", "Read:"):
        assert label in done.stdout
    assert "Traceback" not in done.stdout
    assert "checker/judge/unmet.py" not in done.stdout


def test_a_blocked_check_is_skipped_and_names_its_cause(done):
    assert "blocked by 01.importable" in done.stdout


def test_without_a_submission_it_says_what_to_do():
    done = run("lessons/01-models/checks")
    assert "Say which project to grade: --submission PATH." in done.stdout


def test_one_check_can_be_run_alone():
    done = run("lessons/01-models/checks", "--submission", str(PROJECT), "-k", "test_requirements")
    assert "1 failed" in done.stdout
