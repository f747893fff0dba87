"""What an instructor may rest an item on."""

from collections.abc import Sequence

from checker.report.model import CheckResult, Evidence, Outcome, Reach, Report, Verdict


def attested(report: Report, reaches: Sequence[Reach]) -> Report:
    """The report with what the source reaches for, and of each item that is passed whether it was
    witnessed: whether a check of it has passed by what the judge saw itself."""
    seen = {check.id for check in report.checks if is_witnessed(check, reaches)}
    items = [
        item.model_copy(update={"witnessed": any(id_ in seen for id_ in item.checks)})
        if item.outcome is Verdict.PASSED
        else item
        for item in report.items
    ]
    return report.model_copy(update={"items": tuple(items), "reaches": tuple(reaches)})


def is_witnessed(check: CheckResult, reaches: Sequence[Reach]) -> bool:
    """Whether a check has passed, and by what the judge saw itself. What was partly told counts
    unless the source reaches for what lets it tell anything."""
    enough = {Evidence.WITNESSED} if reaches else {Evidence.WITNESSED, Evidence.PARTLY_TOLD}
    return check.outcome is Outcome.PASSED and check.evidence in enough
