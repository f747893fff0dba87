"""A run of the learner's tests, written down."""

import pytest

from checker.subject.suite.recorder import Recorder

pytest_plugins = ["pytester"]

BY_CHANCE = """
import uuid
import pytest

@pytest.mark.parametrize("number", [1, 2, 3], ids=lambda _: uuid.uuid4().hex)
def test_a_number(number):
    assert number != 2

def test_another():
    pass
"""


@pytest.fixture
def run(pytester):
    pytester.makepyfile(BY_CHANCE)

    def recorded(*only, named=()):
        recorder = Recorder(pytester.path, only, named=named)
        scope = ("-o", "asyncio_default_fixture_loop_scope=function")
        pytester.inline_run("-p", "no:randomly", *scope, plugins=[recorder])
        return recorder

    return recorded


def test_a_test_whose_name_is_made_by_chance_is_found_again(run):
    first = run()
    assert len(first.passed) == 3
    [failed] = first.failed
    assert failed == first.collected[1]

    again = run(first.collected[2], failed, named=first.collected)

    assert again.collected == first.collected
    assert again.passed == [first.collected[2]]
    assert list(again.failed) == [failed]


def test_without_the_names_of_before_it_is_lost(run):
    first = run()

    again = run(first.collected[2], first.collected[3])

    assert again.passed == [first.collected[3]]
