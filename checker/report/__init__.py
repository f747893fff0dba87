"""The report of one grading and its renderers. Rendering never decides an outcome."""

from checker.report.model import (
    CheckResult,
    ItemResult,
    Location,
    Outcome,
    Report,
    Verdict,
    verdict,
)

__all__ = ["CheckResult", "ItemResult", "Location", "Outcome", "Report", "Verdict", "verdict"]
