"""From samples to ratios."""

import json
import math

import pytest

from bench.results import RATIOS, SIDES, ratios, spread

SAMPLES = {
    "floor": [1.0, 0.9, 5.0],
    "warm": [1.2, 1.1, 1.3],
    "one_file": [1.5, 1.6, 1.4],
    "first_verdict": [0.3, 0.4, 0.35],
    "failing": [1.26, 1.32, 1.2],
    "pytest": [12.0, 15.0, 11.0],
    "check": [6.0, 9.0, 3.0],
}


def test_each_ratio_is_one_of_medians():
    assert ratios(SAMPLES) == {
        "cold_pytest_over_warm": 10.0,
        "cold_pytest_over_warm_one_file": 8.0,
        "warm_over_floor": 1.2,
        "failing_over_passing": 1.05,
        "first_verdict_over_floor": 0.35,
        "check_over_pytest": 0.5,
    }


def test_the_summary_is_one_json_object_of_finite_numbers():
    line = json.dumps(ratios(SAMPLES))
    assert "\n" not in line
    assert all(math.isfinite(value) for value in json.loads(line).values())


def test_every_ratio_is_of_two_sides_that_are_measured():
    assert {side for pair in RATIOS.values() for side in pair} <= SIDES.keys()


def test_a_side_that_was_not_measured_gives_no_ratio():
    assert "failing_over_passing" not in ratios({**SAMPLES, "failing": []})


def test_a_ratio_that_is_no_finite_number_is_never_given():
    with pytest.raises(ValueError, match="warm_over_floor is no finite number"):
        ratios({"warm": [1.0], "floor": [0.0]})


def test_the_spread_is_median_and_quartiles():
    found = spread([5.0, 1.0, 3.0, 2.0, 4.0])
    assert (found.low, found.median, found.high) == (2.0, 3.0, 4.0)


def test_one_sample_has_no_spread():
    found = spread([0.5])
    assert (found.low, found.median, found.high) == (0.5, 0.5, 0.5)


def test_no_sample_is_a_mistake():
    with pytest.raises(ValueError, match="no sample"):
        spread([])
