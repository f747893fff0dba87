"""An answer is a claim: whatever its shape, a check that looks into it fails in words."""

import pytest

from checker.judge.claim import UNREAD, asked, claimed, unread
from checker.judge.unmet import Unmet

NOTHING = None
DEEP = [[]]
for _ in range(900):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("value", "expects", "seen", "wanted"),
    [
        (None, dict, "Creating a post gives None: is a return missing?", "An object."),
        ([1], dict, "Creating a post gives a list, [1].", "An object."),
        ("x", list[str], "Creating a post gives a text, 'x'.", "A list."),
        (3, bool, "Creating a post gives a number, 3.", "True or False."),
        ({"a": None}, dict[str, str], "Creating a post gives None at ['a'].", "A text."),
        (DEEP, None, "Creating a post gives data nested deeper than 60 levels.", "Plain data."),
    ],
)
def test_another_shape_than_expected_is_said(value, expects, seen, wanted):
    with pytest.raises(Unmet) as caught:
        claimed(value, "creating a post", expects)
    assert (caught.value.seen, caught.value.wanted) == (seen, wanted)


@pytest.mark.parametrize(
    ("value", "key", "seen"),
    [
        ({"a": 1}, "b", "GET /posts gives no b: there is a."),
        ({}, "b", "GET /posts gives no b: there is nothing."),
        ([], 0, "GET /posts gives an empty list."),
        ([1], 1, "GET /posts gives 1 of them: [1]."),
        ([1], "id", "GET /posts gives a list: [1]."),
    ],
)
def test_what_is_not_there_is_said(value, key, seen):
    with pytest.raises(Unmet) as caught:
        claimed(value, "GET /posts")[key]
    assert caught.value.seen == seen


def test_a_claim_is_plain_data():
    claim = claimed({"a": [{"b": float("inf")}], "c": "\ud800"}, "asking", dict)
    assert claim == {"a": [{"b": float("inf")}], "c": "\ud800"}
    assert claim["a"][0].get("x") is None
    assert {**claim, "a": 1} == {"a": 1, "c": "\ud800"}


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        (lambda: NOTHING["title"], "Reading a post gives None where there should be something"),
        (lambda: len(NOTHING), "is a return missing?"),
        (lambda: NOTHING.title, "is a return missing?"),
        (lambda: {}["id"], UNREAD),
        (lambda: sum(["a"]), UNREAD),
        ("\ud800".encode, UNREAD),
        (lambda: f"{10**5000}", UNREAD),
    ],
)
def test_what_a_check_raises_over_an_answer_is_no_crash(looks, words):
    claimed(None, "reading a post")
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of many kinds
        looks()
    assert words in unread(caught.value).seen


def test_what_a_check_raises_with_nothing_asked_is_its_own_fault():
    asked.set("")
    assert unread(KeyError("oops")) is None


@pytest.mark.parametrize("error", [NameError("x"), OSError(), AssertionError(), Unmet("It is so.")])
def test_what_no_data_brings_about_is_never_the_submissions_fault(error):
    claimed(None, "reading a post")
    assert unread(error) is None
