"""Whose turn it is. Seconds are numbers here: nothing waits."""

from bench.schedule import FEWEST, Rounds, Seconds


def taken(plan, costs, *, start=0.0):
    """How many turns each side gets where each of its turns takes so long, and when they end."""
    turns = {name: [] for name in costs}
    order, elapsed = [], start
    while name := plan.next(turns, elapsed):
        turns[name].append(costs[name])
        order.append(name)
        elapsed += costs[name]
    return order, elapsed


def test_sides_alternate_round_after_round():
    order, _ = taken(Rounds(2), {"a": 1.0, "b": 9.0, "c": 2.0})
    assert order == ["a", "b", "c", "a", "b", "c"]


def test_turns_begin_until_it_is_enough():
    order, elapsed = taken(Seconds(enough=35.0, latest=45.0), {"a": 1.0, "b": 1.0})
    assert order.count("a") - order.count("b") in (0, 1)
    assert elapsed == 35.0


def test_a_side_with_too_few_turns_has_more_of_them_while_there_is_time():
    order, elapsed = taken(Seconds(enough=35.0, latest=45.0), {"a": 6.0, "b": 7.0}, start=5.0)
    assert order.count("a") == order.count("b") == FEWEST
    assert 35.0 < elapsed <= 45.0


def test_a_turn_that_would_end_too_late_does_not_begin():
    order, elapsed = taken(Seconds(enough=35.0, latest=45.0), {"fast": 1.0, "slow": 26.0})
    assert order.count("slow") == 1
    assert order.count("fast") >= FEWEST
    assert elapsed <= 45.0


def test_a_quick_side_has_more_turns_than_a_slow_one():
    order, _ = taken(Seconds(enough=35.0, latest=45.0), {"fast": 1.0, "slow": 5.0})
    assert order[:7] == ["fast", "slow", "fast", "fast", "fast", "fast", "fast"]
    assert order.count("slow") >= FEWEST


def test_every_side_has_a_turn_however_late_it_is():
    order, _ = taken(Seconds(enough=35.0, latest=45.0), {"a": 60.0, "b": 1.0, "c": 1.0})
    assert order == ["a", "b", "c"]
