"""Functions of an imported module become those of a changed source."""

import importlib.util
import sys

import pytest

from checker.subject.suite.swap import changed_functions, swap

OLD = """
from contextlib import contextmanager

LIMIT = 10


class A:
    def f(self):
        return 1

    async def g(self):
        return 1


@contextmanager
def around():
    yield 1
"""


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "swapped_module.py"
    path.write_text(OLD, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("swapped_module", path)
    found = importlib.util.module_from_spec(spec)
    sys.modules["swapped_module"] = found
    spec.loader.exec_module(found)
    yield found, path.resolve()
    del sys.modules["swapped_module"]


def test_a_method_changes_where_it_is(module):
    found, path = module
    bound = found.A().f
    assert swap(
        path, OLD, OLD.replace("        return 1\n\n    async", "        return 2\n\n    async")
    )
    assert bound() == 2


def test_what_a_decorator_holds_changes_too(module):
    found, path = module
    assert swap(path, OLD, OLD.replace("yield 1", "yield 2"))
    with found.around() as value:
        assert value == 2


@pytest.mark.parametrize(
    ("old", "new"), [("LIMIT = 10", "LIMIT = 11"), ("def f(self)", "def f(self, x=1)")]
)
def test_what_only_an_import_makes_is_not_swapped(module, old, new):
    _, path = module
    assert not swap(path, OLD, OLD.replace(old, new))


def test_the_names_are_those_that_differ():
    assert changed_functions(OLD, OLD.replace("yield 1", "yield 2")) == {"around"}
    assert changed_functions(OLD, OLD) == set()
