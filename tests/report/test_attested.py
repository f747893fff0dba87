"""An item rests on what the judge saw itself, or it is said that it does not."""

import pytest

from checker.report import Evidence, Outcome
from checker.report.attested import attested, is_witnessed

from .conftest import REACH, make_check, make_report


@pytest.mark.parametrize(
    ("evidence", "alone", "reaching"),
    [
        (Evidence.WITNESSED, True, True),
        (Evidence.PARTLY_TOLD, True, False),
        (Evidence.TOLD, False, False),
        (None, False, False),
    ],
)
def test_what_was_partly_told_counts_unless_the_source_reaches(evidence, alone, reaching):
    check = make_check("01.repr", evidence=evidence)
    assert is_witnessed(check, []) is alone
    assert is_witnessed(check, [REACH]) is reaching


@pytest.mark.parametrize("outcome", set(Outcome) - {Outcome.PASSED})
def test_what_has_not_passed_was_not_witnessed(outcome):
    check = make_check("01.repr", outcome, evidence=Evidence.WITNESSED)
    assert not is_witnessed(check, [])


def witnessed(*checks):
    [item] = attested(make_report(*checks), []).items
    return item.witnessed


def test_one_check_that_was_witnessed_is_enough_for_an_item():
    told = make_check("01.importable", evidence=Evidence.TOLD)
    assert witnessed(told) is False
    assert witnessed(told, make_check("01.repr", evidence=Evidence.WITNESSED)) is True


def test_of_an_item_that_is_not_passed_nothing_is_said():
    seen = make_check("01.importable", evidence=Evidence.WITNESSED)
    assert witnessed(seen, make_check("01.repr", Outcome.FAILED)) is None


def test_what_the_source_reaches_for_is_in_the_report():
    assert attested(make_report(), [REACH]).reaches == (REACH,)
