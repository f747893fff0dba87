"""From what ended a check to its result, and from results to what they block."""

from collections.abc import Mapping
from typing import Any

from checker.judge.declaration import Declaration
from checker.judge.unmet import Blocked, NotGraded, NotTried, Overdue, Superseded, Unmet
from checker.report import CheckResult, Outcome
from checker.report.failure import parts


def message(result: CheckResult) -> str:
    """A failure as plain text, for pytest's terminal and JUnit files."""
    found = parts(result)
    place = f"{found.pop('Where')}: " if result.location else ""
    lines = [f"  {label + ':':<10} {text}" for label, text in found.items()]
    return "\n".join([f"{place}{result.title}", *lines])


def blocked_by(declaration: Declaration, results: Mapping[str, CheckResult]) -> str | None:
    """The check at the root of what keeps this one from saying anything; None where it may run."""
    for need in declaration.needs:
        result = results.get(need)
        if result is not None and result.is_open:
            return result.blocked_by or result.id
    return None


def result_of(
    id_: str, declaration: Declaration, error: BaseException | None, duration_ms: int
) -> CheckResult:
    found: dict[str, Any] = {}
    errata = declaration.errata
    match error:
        case None:
            outcome = Outcome.PASSED
        case Blocked(by=by):
            outcome = Outcome.BLOCKED
            found = {"blocked_by": by}
        case Superseded(why=why):
            outcome = Outcome.PASSED
            found = {"note": why}
        case NotGraded(why=why):
            outcome = Outcome.NOT_GRADED
            found = {"note": why}
        case NotTried() if declaration.stretch:
            outcome = Outcome.NOT_TRIED
            found = {"read": declaration.read}
        case Unmet():
            outcome = Outcome.TIMED_OUT if isinstance(error, Overdue) else Outcome.FAILED
            found = {
                "seen": error.seen,
                "wanted": error.wanted or f"{declaration.title}.",
                "location": error.at,
                "why": error.why or declaration.why,
                "read": declaration.read,
            }
            errata = errata if error.errata is None else error.errata
        case _:
            outcome = Outcome.ERROR
            found = {"seen": _own_fault(error)}
    return CheckResult(
        id=id_,
        title=declaration.title,
        items=declaration.items,
        errata=errata,
        outcome=outcome,
        duration_ms=duration_ms,
        **found,
    )


def _own_fault(error: BaseException) -> str:
    """An exception of the checker's own in a few lines: what, and where in which of our files."""
    from checker.judge.claim import places

    return f"The checker itself failed: {type(error).__name__}: {error} ({places(error)})"
