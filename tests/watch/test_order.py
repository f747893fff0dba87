"""Which checks run first."""

from checker.watch.order import most_wanted

CHECKS = ("a", "b", "c", "d")
LOOKED_AT = {"a": {"app/x.py"}, "b": {"app/y.py", "app/x.py"}, "c": {"app/models/user.py"}}


def first(*, failing=(), edited=()):
    return most_wanted(CHECKS, failing=failing, edited=edited, looked_at=LOOKED_AT)


def test_nothing_failed_and_nothing_was_edited():
    assert first() == ()


def test_those_that_failed_in_the_lessons_order():
    assert first(failing={"d", "b"}) == ("b", "d")


def test_those_that_looked_at_an_edited_file_come_after_those_that_failed():
    assert first(failing=["d"], edited=["app/x.py"]) == ("d", "a", "b")


def test_none_comes_twice():
    assert first(failing=["a"], edited=["app/x.py"]) == ("a", "b")


def test_a_folder_stands_for_what_is_in_it():
    assert first(edited=["app/models"]) == ("c",)
    assert first(edited=["app/mod"]) == ()


def test_what_is_unknown_is_no_matter():
    assert first(failing=["gone"], edited=["other.py"]) == ()
