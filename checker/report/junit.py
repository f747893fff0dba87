"""Reports as JUnit XML, for build servers: a suite for each lesson, a case for each check."""

from xml.etree import ElementTree as ET

from checker.report.failure import parts
from checker.report.model import CheckResult, Outcome, Report
from checker.report.printable import printable


def to_junit(reports: list[Report]) -> str:
    """The XML document as text, in ASCII so that any pipe carries it."""
    root = ET.Element("testsuites")
    for report in reports:
        _count(root, report.checks)
        suite = ET.SubElement(root, "testsuite", name=report.lesson)
        _count(suite, report.checks)
        suite.set("time", f"{report.duration_ms / 1000:.3f}")
        for check in report.checks:
            _case(suite, report.lesson, check)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return document.decode() + "\n"


def _count(element: ET.Element, checks: tuple[CheckResult, ...]) -> None:
    """Add the checks to an element's counts."""
    outcomes = [check.outcome for check in checks]
    counts = {
        "tests": len(outcomes),
        "failures": outcomes.count(Outcome.FAILED) + outcomes.count(Outcome.TIMED_OUT),
        "errors": outcomes.count(Outcome.ERROR),
        "skipped": outcomes.count(Outcome.BLOCKED) + outcomes.count(Outcome.NOT_GRADED),
    }
    for name, count in counts.items():
        element.set(name, str(int(element.get(name, "0")) + count))


def _case(suite: ET.Element, lesson: str, check: CheckResult) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=lesson,
        name=printable(f"{check.id} {check.title}"),
        time=f"{check.duration_ms / 1000:.3f}",
    )
    if check.location:
        case.set("file", printable(check.location.file))
        case.set("line", str(check.location.line))
    match check.outcome:
        case Outcome.FAILED | Outcome.TIMED_OUT:
            found = ET.SubElement(
                case, "failure", type=check.outcome, message=printable(check.seen)
            )
            told = {"Where", "Seen"}  # as attributes
            found.text = "\n".join(
                f"{label}: {printable(text)}"
                for label, text in parts(check).items()
                if label not in told
            )
        case Outcome.ERROR:
            ET.SubElement(case, "error", type=check.outcome, message=printable(check.seen))
        case Outcome.BLOCKED:
            ET.SubElement(case, "skipped", message=f"blocked by {check.blocked_by}")
        case Outcome.NOT_GRADED:
            ET.SubElement(case, "skipped", message=printable(check.note))
        case Outcome.PASSED:
            pass
