"""Reports as workflow commands, which GitHub Actions shows as annotations beside the code.

One command is one line: `::error file=…,line=…,title=…::message`. The learner's text is escaped as
`@actions/core` does it (toolkit, `packages/core/src/command.ts`), so that no line of it can begin a
command of its own. `.vscode/tasks.json` reads the same lines.
"""

from pathlib import PurePosixPath

from checker.report.failure import parts
from checker.report.model import CheckResult, Outcome, Report
from checker.report.printable import printable


def to_github(reports: list[Report], project: str = "") -> str:
    """A line for each check that did not pass by itself, and one that sums up each lesson.

    `project` is the project's folder with slashes, as seen from the repository. Blocked checks are
    counted under the others, as everywhere.
    """
    lines = []
    for report in reports:
        lines += [
            _annotation(check, report, project) for check in report.checks if check.needs_telling
        ]
        lines.append(_command("notice", {"title": report.lesson}, _summary(report)))
    return "".join(f"{line}\n" for line in lines)


def _annotation(check: CheckResult, report: Report, project: str) -> str:
    place = {}
    if check.location:
        file = PurePosixPath(project, check.location.file).as_posix()
        place = {"file": file, "line": str(check.location.line)}
    properties = {**place, "title": check.title}
    if check.outcome is Outcome.ERROR:
        note = "This is the checker's own fault, not yours."
        return _command("warning", properties, f"{note} {_on_one_line(check.seen)}")
    return _command("error", properties, _message(check, report))


def _message(check: CheckResult, report: Report) -> str:
    """What is told of a failure; its first line is all that an editor's list of problems shows."""
    first = _on_one_line(check.seen)
    if check.wanted:
        stop = "" if first.endswith((".", "!", "?", "…")) else "."
        first += f"{stop} Wanted: {_on_one_line(check.wanted)}"
    wordings = [item.text for item in report.items if item.id in check.items]
    found = parts(check, wordings=wordings, lesson=report.lesson)
    rest = (f"{label}: {printable(found[label])}" for label in _UNDER_THE_FIRST if label in found)
    return "\n".join([first, *rest])


_UNDER_THE_FIRST = ("Guideline", "Why", "Read")
"""What a line of annotation has room for."""


def _summary(report: Report) -> str:
    outcomes = [check.outcome for check in report.checks]
    failed = outcomes.count(Outcome.FAILED) + outcomes.count(Outcome.TIMED_OUT)
    counts = {
        "failed": failed,
        "blocked": outcomes.count(Outcome.BLOCKED),
        "not graded here": outcomes.count(Outcome.NOT_GRADED),
        "broken by the checker itself": outcomes.count(Outcome.ERROR),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    checks = f" Checks: {told}." if told else ""
    return f"{report.passed_items} of {len(report.items)} items passed.{checks}"


def _on_one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _command(name: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
