"""The results as Markdown tables."""

from collections.abc import Callable, Iterable, Sequence

from bench.results import RATIOS, SIDES, LessonResult, Results, ratios, spread

_HEADS = {
    "floor": "floor",
    "warm": "warm",
    "one_file": "warm, one file saved",
    "first_verdict": "save to first verdict",
    "failing": "warm, most checks failing",
    "pytest": "cold pytest",
    "check": "cold `checker check`",
}
_RATIO_HEADS = {
    "cold_pytest_over_warm": "cold pytest ÷ warm",
    "cold_pytest_over_warm_one_file": "cold pytest ÷ warm, one file saved",
    "warm_over_floor": "warm ÷ floor",
    "failing_over_passing": "failing ÷ passing",
    "first_verdict_over_floor": "first verdict ÷ floor",
    "check_over_pytest": "`checker check` ÷ pytest",
}


def render(results: Results) -> str:
    """Three tables: seconds, ratios of the medians, memory."""
    counted = {len(found) for each in results.lessons for found in each.samples.values() if found}
    rounds = sorted(counted)
    times = f"{rounds[0]}" if len(rounds) == 1 else f"{rounds[0]} to {rounds[-1]}"
    where = f"{results.date}, {results.machine}, Python {results.python}, SQLite"
    parts = [
        f"{where}. Seconds: the median of {times} rounds, quartiles in brackets.",
        _table(_HEADS.values(), results.lessons, _seconds),
        "Ratios of the medians:",
        _table(_RATIO_HEADS.values(), results.lessons, _ratios),
    ]
    if any(each.memory for each in results.lessons):
        with_memory = [name for name in SIDES if any(name in e.memory for e in results.lessons)]
        parts += [
            "Peak memory of all processes together (PSS), in MB:",
            _table(
                [_HEADS[name] for name in with_memory],
                results.lessons,
                lambda each: _memory(each, with_memory),
            ),
        ]
    return "\n\n".join(parts) + "\n"


def _seconds(lesson: LessonResult) -> Iterable[str]:
    for name in _HEADS:
        if samples := lesson.samples.get(name):
            found = spread(samples)
            yield f"{found.median:.2f} ({found.low:.2f}–{found.high:.2f})"
        else:
            yield "–"


def _ratios(lesson: LessonResult) -> Iterable[str]:
    found = ratios(lesson.samples)
    return (f"{found[name]:.2f}" if name in found else "–" for name in RATIOS)


def _memory(lesson: LessonResult, names: Sequence[str]) -> Iterable[str]:
    return (f"{lesson.memory[name] / 1e6:.0f}" if name in lesson.memory else "–" for name in names)


def _table(
    heads: Iterable[str],
    lessons: Sequence[LessonResult],
    cells: Callable[[LessonResult], Iterable[str]],
) -> str:
    columns = ["lesson", *heads]
    lines = [columns, ["---"] + ["---:"] * (len(columns) - 1)]
    lines += [[f"{each.lesson[:2]}, {each.checks} checks", *cells(each)] for each in lessons]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
