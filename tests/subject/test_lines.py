"""Which test is told to have executed which line of a service."""

import json
import subprocess
import sys
from textwrap import dedent

import pytest

SERVICE = dedent('''\
    """A docstring that stays one."""
    from __future__ import annotations

    KEY = lambda value: (
        -value
    )


    def decorated(function):
        return function


    @decorated
    def risky(value: Unknown):
        """Told."""
        try:
            return 1 / value
        except ZeroDivisionError:
            return 0
        finally:
            pass


    def kind(value):
        match value:
            case 0:
                return "none"
            case _:
                return "some"


    def largest(values):
        if not values: return None
        elif len(values) == 1:
            return values[0]
        return sorted(
            values,
            key=KEY,
        )[0]
''')
TESTS = dedent("""\
    import pytest

    from app import service


    @pytest.fixture(scope="module")
    def shared():
        return service.kind(0)


    def test_shared_first(shared):
        assert shared == "none"


    def test_shared_second(shared):
        assert shared == "none"


    def test_fine():
        assert service.risky(1) == 1


    def test_zero():
        assert service.risky(0) == 0


    def test_none():
        assert service.largest([]) is None


    def test_many():
        assert service.largest([1, 3, 2]) == 3
        assert service.__doc__ == "A docstring that stays one."
        assert service.risky.__doc__ == "Told."
""")
ASK = """\
import json, sys
from checker.subject.suite.probes import measured
json.dump(measured(sys.argv[1], ["app"]), open(sys.argv[2], "w"))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    (root / "app").mkdir()
    (root / "app/service.py").write_text(SERVICE)
    (root / "tests").mkdir()
    (root / "tests/test_service.py").write_text(TESTS)
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    answer = root.parent / "told.json"
    command = [sys.executable, "-c", ASK, str(root.parent / "cache"), str(answer)]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=300)
    return json.loads(answer.read_text())


@pytest.fixture
def who(told):
    """The tests that execute the line with a text, without `test_`."""
    lines = told["lines"]["app/service.py"]

    def who(text):
        [number] = [n for n, line in enumerate(SERVICE.splitlines(), 1) if text in line]
        return {each.rpartition("::test_")[2] for each in lines.get(str(number), ())}

    return who


def test_every_test_passes_as_it_does_without_notes(told):
    assert not told["run"]["failed"]
    assert len(told["run"]["passed"]) == 6


def test_a_statement_is_of_the_tests_that_execute_it(who):
    assert who("return 1 / value") == {"fine", "zero"}
    assert who("return 0") == {"zero"}
    assert who("pass") == {"fine", "zero"}
    assert who("return values[0]") == set()
    assert who("values,") == {"many"}


def test_what_chooses_a_block_is_of_those_that_choose(who):
    assert who("except ZeroDivisionError") == {"fine", "zero"}
    assert who("if not values: return None") == {"none", "many"}
    assert who("elif len(values)") == {"many"}
    assert who("case _:") == {"shared_first", "shared_second"}


def test_a_lambda_is_of_those_that_call_it(who):
    assert who("-value") == {"many", ""}


def test_what_runs_while_modules_are_imported_is_nobodys(who):
    assert who("@decorated") == {""}
    assert who("def risky") == {""}


def test_what_a_shared_fixture_executes_is_of_all_its_tests(who):
    assert who('return "none"') == {"shared_first", "shared_second"}
