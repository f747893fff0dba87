"""A gradebook as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterable

from checker.batch.records import Row

COLUMNS = (
    "student",
    "lesson",
    "status",
    "checks_passed",
    "checks",
    "items_passed",
    "items",
    "isolation",
    "failing",
    "checks_witnessed",
    "not_witnessed",
    "reaches",
    "note",
    "ignored",
)
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n", "\ufffd")
"""What a cell begins with that a spreadsheet takes for a formula, or may."""


def to_csv(rows: Iterable[Row]) -> str:
    """One line for each student and lesson, as they come. Nothing in it depends on the time."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (
            row.student,
            row.lesson,
            row.status,
            row.checks_passed,
            row.checks,
            row.items_passed,
            row.items,
            row.isolation,
            " ".join(row.failing),
            row.checks_witnessed,
            " ".join(row.not_witnessed),
            "; ".join(row.reaches),
            row.sentence,
            " ".join(row.ignored),
        )
        writer.writerow([_harmless(str(cell)) for cell in cells])
    return page.getvalue()


def _harmless(cell: str) -> str:
    """The cell as text, also to a spreadsheet, where it would be a formula."""
    cell = cell.replace("\r", "\ufffd")  # which the csv module leaves unquoted
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
