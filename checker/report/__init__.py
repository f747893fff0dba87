"""The report of one grading and its renderers. Rendering never decides an outcome."""

from checker.report.model import (
    CheckResult,
    Evidence,
    ItemResult,
    Location,
    Outcome,
    Reach,
    Report,
    Verdict,
    verdict,
)

__all__ = [
    "CheckResult",
    "Evidence",
    "ItemResult",
    "Location",
    "Outcome",
    "Reach",
    "Report",
    "Verdict",
    "verdict",
]
