"""What a run of the benchmark has found, as it is kept in `results/`, and what follows from it."""

import math
from collections.abc import Mapping, Sequence
from statistics import median, quantiles

from pydantic import BaseModel, ConfigDict

Samples = Mapping[str, Sequence[float]]
"""Seconds of each grading, by side."""

SIDES = {
    "floor": "the floor: the same operations and nothing around them",
    "warm": "checker, warm",
    "one_file": "checker, warm, after one file was saved",
    "first_verdict": "checker, warm, from the save to the first verdict",
    "failing": "checker, warm, most checks failing",
    "pytest": "pytest on the same checks, a fresh process",
    "check": "checker check, a fresh process",
}

RATIOS = {
    "cold_pytest_over_warm": ("pytest", "warm"),
    "cold_pytest_over_warm_one_file": ("pytest", "one_file"),
    "warm_over_floor": ("warm", "floor"),
    "failing_over_passing": ("failing", "warm"),
    "first_verdict_over_floor": ("first_verdict", "floor"),
    "check_over_pytest": ("check", "pytest"),
}
"""Each ratio, of the medians of two sides."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LessonResult(_Data):
    """One lesson's samples in seconds, and the peak memory of each side's processes in bytes."""

    lesson: str
    checks: int
    samples: dict[str, tuple[float, ...]]
    memory: dict[str, int]


class Results(_Data):
    """A whole run. `machine` and `python` in a few words, `date` as YYYY-MM-DD."""

    date: str
    machine: str
    python: str
    lessons: tuple[LessonResult, ...]


class Spread(_Data):
    """Median and quartiles, in seconds."""

    median: float
    low: float
    high: float


def spread(samples: Sequence[float]) -> Spread:
    """Raises ValueError where there is no sample."""
    if not samples:
        raise ValueError("no sample")
    if len(samples) == 1:
        return Spread(median=samples[0], low=samples[0], high=samples[0])
    low, middle, high = quantiles(samples, n=4, method="inclusive")
    return Spread(median=middle, low=low, high=high)


def ratios(samples: Samples) -> dict[str, float]:
    """Every ratio of the medians whose two sides were measured, rounded to three places.

    Raises ValueError for one that is no finite number.
    """
    found = {}
    for name, (upper, lower) in RATIOS.items():
        if not samples.get(upper) or not samples.get(lower):
            continue
        below = median(samples[lower])
        value = round(median(samples[upper]) / below, 3) if below else math.inf
        if not math.isfinite(value):
            raise ValueError(f"{name} is no finite number")
        found[name] = value
    return found
