"""What a failure has to say under its title, put together once for every format."""

from collections.abc import Sequence

from checker.report.model import CheckResult


def parts(check: CheckResult, *, wordings: Sequence[str] = (), lesson: str = "") -> dict[str, str]:
    """Each part that there is by its label, in the order of reading.

    `wordings` are the guideline's own words for the check's items, in place of their ids. `lesson`
    is the id of the lesson in whose text there is more to read.
    """
    read = f"lessons/{lesson}/README.md, “{check.read}”" if lesson and check.read else check.read
    found = {
        "Where": f"{check.location.file}:{check.location.line}" if check.location else "",
        "Guideline": "; ".join(wordings) or ", ".join((*check.items, *check.errata)),
        "Seen": check.seen,
        "Wanted": check.wanted,
        "Why": check.why,
        "Read": read,
        "Printed": check.printed,
        "Try": check.request,
    }
    return {label: text for label, text in found.items() if text}
