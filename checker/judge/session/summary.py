"""What a grading has shown, as a report."""

import time
from collections.abc import Sequence

from checker.curriculum import Lesson
from checker.curriculum.checks import declared_checks
from checker.errors import UserError
from checker.guidelines import Catalogue
from checker.judge.session.schedule import Schedule
from checker.report import CheckResult, ItemResult, Outcome, Report, verdict


def summarize(
    lesson: Lesson,
    schedule: Schedule,
    *,
    broken: Sequence[str],
    isolation: str,
    seed: int,
    began: float,
) -> Report:
    """The report on all checks that were asked for.

    `began` is when the grading began, by the monotonic clock. `broken` tells of check modules that
    could not be collected.
    """
    results = {
        id_: schedule.results.get(id_) or _missing(id_, lesson, broken)
        for id_ in lesson.all_checks
        if schedule.includes(id_)
    }
    stretch = results.pop(lesson.stretch, None) if lesson.stretch else None
    checks = tuple(results.values())
    return Report(
        lesson=lesson.id,
        outcome=verdict([check.outcome for check in checks]),
        isolation=isolation,
        seed=seed,
        duration_ms=round((time.monotonic() - began) * 1000),
        items=_items(checks, lesson.course.catalogue),
        checks=checks,
        stretch=stretch,
    )


def _missing(id_: str, lesson: Lesson, broken: Sequence[str]) -> CheckResult:
    """A check that gave no outcome is our own fault. It is not a pass, for none of its items."""
    try:
        items = tuple(declared_checks(lesson)[id_]["items"])
    except (KeyError, SyntaxError, UserError):
        items = ()
    reason = f" {broken[0].strip().splitlines()[-1]}" if broken else ""
    return CheckResult(
        id=id_,
        title=id_,
        items=items,
        outcome=Outcome.ERROR,
        seen=f"The checker itself failed: this check gave no outcome.{reason}",
    )


def _items(checks: tuple[CheckResult, ...], catalogue: Catalogue) -> tuple[ItemResult, ...]:
    """Each item that the checks prove, in the guideline's order, with one verdict.

    One of which nothing was graded is none of them.
    """
    proved: dict[str, list[CheckResult]] = {}
    for check in checks:
        for item in check.items:
            proved.setdefault(item, []).append(check)
    proved = {
        item: found
        for item, found in proved.items()
        if any(check.outcome is not Outcome.NOT_GRADED for check in found)
    }
    return tuple(
        ItemResult(
            id=item.id,
            text=item.text,
            outcome=verdict([check.outcome for check in proved[item.id]]),
            checks=tuple(check.id for check in proved[item.id]),
        )
        for item in catalogue.items
        if item.id in proved
    )
