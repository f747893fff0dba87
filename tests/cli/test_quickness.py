"""The command line loads only what a command needs."""

import subprocess
import sys

HEAVY = {"libcst", "pydantic", "pytest", "rich", "sqlalchemy", "uvicorn", "httpx"}


def loaded(*args):
    code = (
        "import sys; from checker.cli import main; main(sys.argv[1:]);"
        "print('loaded:', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("loaded:")[2].split())


def test_help_loads_nothing_heavy():
    assert not loaded("--help") & HEAVY


def test_hint_loads_no_test_runner_and_no_code_generator(started):
    assert not loaded("hint") & (HEAVY - {"pydantic"})
