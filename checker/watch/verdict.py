"""The verdict in one line: what is known of the lesson now, and never more than that."""

from checker.report import Outcome, Verdict
from checker.watch.state import Phase, State

Wordings = tuple[str, ...]
"""The same said at decreasing length, for narrower screens."""


def verdict(state: State) -> tuple[Wordings, str]:
    """The wordings, and their style."""
    match state.phase:
        case Phase.CHECKING:
            return _checking(state), "yellow"
        case Phase.REFUSED:
            return ("✗ The project cannot be graded", "✗ Cannot be graded"), "bold red"
        case Phase.GONE:
            return ("✗ The project's folder is gone", "✗ Folder gone"), "bold red"
        case Phase.BROKEN:
            return _OWN_FAULT
        case Phase.DONE:
            return _done(state)


def stopped(state: State) -> tuple[Wordings, str]:
    """What stays to be read when watching has ended."""
    if state.phase is not Phase.CHECKING:
        return verdict(state)
    done, all_ = len(state.renewed), len(state.lesson.checks)
    return (f"Stopped with {done} of {all_} checks done", f"Stopped at {done} of {all_}"), "yellow"


_OWN_FAULT = ("! The checker itself failed, not you", "! The checker failed"), "bold magenta"


def _checking(state: State) -> Wordings:
    done, all_ = len(state.renewed), len(state.lesson.checks)
    if not state.results:
        return ("Getting ready to check", "Getting ready")
    failed = sum(check.id in state.renewed for check in state.failures)
    short = f"Checking: {done} of {all_}"
    return (f"{short}, {failed} failed so far", short) if failed else (short,)


def _done(state: State) -> tuple[Wordings, str]:
    outcomes = [each.outcome for each in state.results.values()]
    if state.report and state.report.outcome is Verdict.ERROR:
        return _OWN_FAULT
    if state.is_passed:
        if ungraded := outcomes.count(Outcome.NOT_GRADED):
            graded = len(outcomes) - ungraded
            long = f"✓ Passed: {graded} checks, {ungraded} not graded here"
            return (long, "✓ Passed"), "bold green"
        return (f"✓ Passed: all {len(outcomes)} checks", "✓ Passed"), "bold green"
    failed, waiting = len(state.failures), outcomes.count(Outcome.BLOCKED)
    short = f"✗ {failed} of {len(outcomes)} failed"
    long = f"✗ {failed} of {len(outcomes)} checks failed"
    if waiting:
        return (f"{long}, {waiting} wait", f"{short}, {waiting} wait", short), "bold red"
    return (long, short), "bold red"
