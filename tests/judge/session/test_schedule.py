"""Which check runs next: told from what was asked for, and from what has ended."""

import pytest

from checker.judge import Declaration
from checker.judge.session.schedule import Schedule, prioritized
from checker.report import CheckResult, Outcome


def declarations(**needs):
    return {
        id_: Declaration(f"Title of {id_}", ("model.repr",), "Because.", "There", needs=tuple(each))
        for id_, each in needs.items()
    }


def result(id_, outcome=Outcome.PASSED, **more):
    return CheckResult(id=id_, title=id_, items=("model.repr",), outcome=outcome, **more)


def drained(schedule):
    """Every check in the order in which one worker would run them, all passing."""
    order = []
    while check := schedule.next():
        order.append(check)
        schedule.record(check, result(check))
    return order


def test_without_wishes_the_order_is_the_lessons():
    assert drained(Schedule(declarations(a="", b="", c=""))) == ["a", "b", "c"]


def test_what_takes_long_comes_first():
    durations = {"b": 10, "c": 200}
    assert drained(Schedule(declarations(a="", b="", c=""), durations=durations)) == list("cba")


def test_a_check_waits_for_what_it_needs():
    schedule = Schedule(declarations(a="b", b="", c=""))
    assert (schedule.next(), schedule.next(), schedule.next()) == ("b", "c", None)
    assert schedule.running == {"b", "c"}
    schedule.record("b", result("b"))
    assert schedule.next() == "a"
    assert schedule.needed_results("a") == (result("b"),)


def test_a_check_without_an_outcome_has_ended_too():
    schedule = Schedule(declarations(a="", b="a"))
    assert schedule.next() == "a"
    schedule.record("a", None)
    assert schedule.next() == "b"
    assert schedule.needed_results("b") == ()


def test_checks_that_need_each_other_are_never_handed_out():
    assert drained(Schedule(declarations(a="b", b="a", c=""))) == ["c"]


def test_what_the_first_ones_need_comes_before_them():
    needs = {"a": [], "b": [], "c": ["b"], "d": ["c"], "e": []}
    assert prioritized("abcde", needs, ["d", "unknown"]) == ["b", "c", "d", "a", "e"]
    assert prioritized("abcde", needs, ["e", "d", "a"]) == ["e", "b", "c", "d", "a"]


def test_needs_that_are_assumed_to_pass_need_not_come_first():
    needs = {"a": [], "b": [], "c": ["b"], "d": ["a", "c"]}
    assert prioritized("abcd", needs, ["d"], assumed_passed={"c"}) == ["a", "d", "b", "c"]


def test_only_what_is_urgent_runs_on_an_assumption():
    checks = declarations(b="", c="", e="c", d="b", f="")
    schedule = Schedule(checks, first=["d"], assumed_passed={"b"})
    assert [schedule.next() for _ in range(5)] == ["d", "b", "c", "f", None]


def test_rather_than_doing_nothing_a_worker_does_what_is_likely_to_be_wanted():
    schedule = Schedule(declarations(y="", a="x", b="y", x=""), assumed_passed={"y"})
    assert [schedule.next() for _ in range(4)] == ["y", "x", "b", None]


@pytest.mark.parametrize(
    ("only", "order"),
    [(["c"], ["a", "b", "c"]), (["b"], ["a", "b"]), (["d"], ["d"]), (["d", "x"], ["d"])],
)
def test_only_some_checks_run_with_what_they_need(only, order):
    schedule = Schedule(declarations(a="", b="a", c="b", d=""), only=only)
    assert drained(schedule) == order
    assert all(schedule.includes(each) for each in (*only, *order))
    assert not all(schedule.includes(each) for each in "abcd")


def test_what_ran_too_early_is_blocked_in_the_end_by_the_root_of_it():
    schedule = Schedule(declarations(a="", b="a", c="b"), assumed_passed={"a", "b"})
    schedule.record("c", result("c", duration_ms=7))
    schedule.record("b", result("b"))
    schedule.record("a", result("a", Outcome.FAILED))
    blocked = list(schedule.block_premature())
    assert [(each.id, each.outcome, each.blocked_by) for each in blocked] == [
        ("b", Outcome.BLOCKED, "a"),
        ("c", Outcome.BLOCKED, "a"),
    ]
    assert schedule.results["c"].duration_ms == 7
    assert list(schedule.block_premature()) == []
