"""Reports of several gradings, to be compared."""

import re

from checker.report import CheckResult, Report

TOOK = re.compile(r"\(\d+\.\d\d s\)")


def untimed(report: Report) -> Report:
    """The report, but for how long things took, and for which of them took longest."""
    checks = tuple(_untimed(check) for check in report.checks)
    stretch = report.stretch and _untimed(report.stretch)
    return report.model_copy(update={"duration_ms": 0, "checks": checks, "stretch": stretch})


def _untimed(check: CheckResult) -> CheckResult:
    note = check.note.partition(":")[0] if TOOK.search(check.note) else check.note
    return check.model_copy(update={"duration_ms": 0, "note": note})
