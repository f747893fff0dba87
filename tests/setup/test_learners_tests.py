"""Nothing of this clone that can be imported hides what a learner has by the same name."""

import subprocess
import sys

CONFIGURATION = """
[tool.pytest]
pythonpath = ["."]
testpaths = ["tests"]
asyncio_default_fixture_loop_scope = "function"
"""


def test_a_folder_of_tests_that_is_no_package_is_found(tmp_path):
    tests = tmp_path / "tests"
    tests.mkdir()
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION)
    (tests / "conftest.py").write_text("ORIGIN = 'https://example.com'\n")
    (tests / "test_origin.py").write_text(
        "from tests.conftest import ORIGIN\n\n\ndef test_it():\n    assert ORIGIN\n"
    )
    command = [sys.executable, "-m", "pytest", "-q"]
    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
