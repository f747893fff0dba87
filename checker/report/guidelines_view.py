"""The whole guideline with a learner's state in it."""

from collections.abc import Collection, Mapping

from rich.console import Console

from checker.guidelines import Catalogue, Kind
from checker.report.model import Verdict
from checker.report.terminal import Page

_STATES = {Verdict.PASSED: ("✓ passed", "green"), Verdict.FAILED: ("✗ failed", "red")}


def render_guidelines(
    catalogue: Catalogue,
    states: Mapping[str, Verdict],
    console: Console,
    skipped: Collection[str] = (),
) -> None:
    """Print every section. `states` has an entry for each item that was graded; `skipped` lessons
    were taken from the reference."""
    page = Page(console)
    for section in catalogue.sections:
        items = catalogue.in_section(section.id)
        graded = catalogue.graded_in(section.id)
        passed = sum(states.get(item.id) is Verdict.PASSED for item in graded)
        page.line(f"{section.title} ({passed} of {len(graded)})", style="bold")
        for item in items:
            waits = (item.lesson[:2], "dim")
            if item.kind is Kind.REFERENCE:
                waits = ("·", "dim")
            elif item.lesson in skipped:
                waits = ("· skipped", "dim")
            label, style = _STATES.get(states.get(item.id, Verdict.ERROR), waits)
            errata = f" [{', '.join(item.errata)}]" if item.errata else ""
            optional = " (recommended)" if item.kind is Kind.RECOMMENDED else ""
            page.row(label, f"{item.text}{optional}{errata}", style)
        page.line()
    page.line("A number is the lesson that an item waits for.")
    if skipped:
        page.line("Skipped is what came from the reference: checker check LESSON grades it.")
    if catalogue.errata:
        first, last = catalogue.errata[0].id, catalogue.errata[-1].id
        named = f"{first} names a place" if first == last else f"{first} to {last} name places"
        page.line(f"{named} where the guideline's own code no longer works;")
        page.line("the lesson says what to write instead.")
