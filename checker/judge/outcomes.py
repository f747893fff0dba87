"""What became of each check, from pytest's events to the report's results."""

import random
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from checker.curriculum import Lesson, load_curriculum
from checker.errors import UserError
from checker.judge.claim import asked, places, unread
from checker.judge.databases import databases_for
from checker.judge.databases.server import preloaded
from checker.judge.declaration import ATTRIBUTE, Declaration, slug
from checker.judge.evidence import Project, Source
from checker.judge.unmet import Blocked, Overdue, Unmet
from checker.report import CheckResult, Outcome
from checker.subject import Snapshot, Subject

OnResult = Callable[[CheckResult], None]


def lesson_at(path: Path) -> Lesson:
    """The lesson that a check module stands in. Raises KeyError or UserError."""
    folder = path.parents[1]
    curriculum = load_curriculum(folder.parents[1])
    return curriculum.lesson(folder.name)


def expected_by(item: pytest.Item) -> str:
    """The id of the check that a pytest item is: `01.post-author`."""
    name = getattr(item, "originalname", None) or item.name
    return f"{item.path.parents[1].name[:2]}.{slug(name)}"


def position(item: pytest.Item) -> tuple[str, int]:
    """Where in the lesson's tasks a check stands; anything else comes last."""
    try:
        lesson = lesson_at(item.path)
        return lesson.id, lesson.checks.index(expected_by(item))
    except (KeyError, ValueError, IndexError, UserError):
        return "99", 0


def declared(item: pytest.Item) -> Declaration | None:
    """What a pytest item declares as a check; None for any other test."""
    found = getattr(getattr(item, "function", None), ATTRIBUTE, None)
    return found if isinstance(found, Declaration) else None


def first_of_all(
    waiting: Sequence[str],
    needs: Mapping[str, Sequence[str]],
    first: Iterable[str],
    believed: Container[str] = (),
) -> list[str]:
    """The checks with those named in `first` before the others, in that order, and what each of
    them needs before it.

    Needs that are `believed` to pass need not come first. The others keep their order.
    """
    found: dict[str, None] = {}
    for id_ in first:
        wanted = with_needs([id_], needs, believed)
        found |= dict.fromkeys(each for each in waiting if each in wanted)
    return [*found, *(each for each in waiting if each not in found)]


def with_needs(
    checks: Iterable[str], needs: Mapping[str, Sequence[str]], believed: Container[str] = ()
) -> set[str]:
    """The checks, as far as they are known, with all that they need but what is `believed`."""
    wanted: set[str] = set()
    open_ = [id_ for id_ in checks if id_ in needs]
    while open_:
        id_ = open_.pop()
        if id_ not in wanted:
            wanted.add(id_)
            open_ += [need for need in needs[id_] if need not in believed]
    return wanted


class Judge:
    """One grading: its evidence, and the outcome of every check so far, by id. A pytest plugin."""

    def __init__(
        self,
        submission: Path,
        *,
        seed: int | None = None,
        deadline: float = 10.0,
        subject: Subject | None = None,
        on_result: OnResult | None = None,
        snapshot: Snapshot | None = None,
        databases: str | None = None,
    ) -> None:
        self.seed = random.randrange(10**6) if seed is None else seed
        self.deadline = deadline
        self.results: dict[str, CheckResult] = {}
        self.broken: list[str] = []
        """Check modules that could not be collected: our own fault."""
        self.memory: dict[str, Any] = {}
        self._spent: dict[str, float] = {}
        self._on_result = on_result
        self._subject = subject
        self._snapshot = snapshot or Snapshot(submission)
        self.source = Source(self._snapshot.root)
        try:
            self.databases = databases_for(self._snapshot, databases)
        except BaseException:
            self._snapshot.close()
            raise

    def project(self, check_file: Path, environment: Mapping[str, str]) -> Project:
        lesson = lesson_at(check_file)
        if self._subject is None:
            self._subject = Subject(preloaded(lesson))
        self.databases.end_check()
        return Project(self._subject, self._snapshot, environment, self.deadline, lesson.image)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check module that cannot be collected is our own fault, never the learner's."""
        if report.failed:
            self.broken.append(report.longreprtext)

    def begin(self, declaration: Declaration) -> None:
        """Raise Blocked where a check that this one needs has run and not passed."""
        self.source.read.clear()
        asked.set("")
        if by := blocked_by(declaration, self.results):
            raise Blocked(by)

    def note(
        self, id_: str, declaration: Declaration, call: pytest.CallInfo[None]
    ) -> CheckResult | None:
        """Write down what one phase of a check showed. None while the outcome is still open."""
        error = call.excinfo.value if call.excinfo else None
        error = unread(error) or error if error else None
        self._spent[id_] = self._spent.get(id_, 0.0) + call.duration
        if error is None and call.when != "call":
            return self.results.get(id_)
        if error is not None and not isinstance(error, Exception):
            if isinstance(error, pytest.skip.Exception):
                error = RuntimeError("a check may not be skipped")
            elif not isinstance(error, pytest.fail.Exception):
                return None  # Ctrl-C and the like end the session
        result = result_of(id_, declaration, error, round(self._spent[id_] * 1000))
        self.results[id_] = result
        if self._on_result:
            self._on_result(result)
        return result

    def as_pytest(
        self, result: CheckResult | None, call: pytest.CallInfo[None]
    ) -> tuple[Literal["passed", "failed", "skipped"], str | None]:
        """How pytest's own reporters are to show this phase."""
        if result is None or call.excinfo is None:
            return "passed", None
        if result.outcome is Outcome.BLOCKED:
            return "skipped", f"blocked by {result.blocked_by}"
        return "failed", message(result)

    def close(self) -> None:
        if self._subject is not None:
            self._subject.close()
        self.databases.close()
        self._snapshot.close()


def message(result: CheckResult) -> str:
    """A failure as plain text, for pytest's terminal and JUnit files."""
    place = f"{result.location.file}:{result.location.line}: " if result.location else ""
    guideline = ", ".join((*result.items, *result.errata))
    parts = {
        "Guideline": guideline,
        "Seen": result.seen,
        "Wanted": result.wanted,
        "Why": result.why,
        "Read": result.read,
    }
    lines = [f"  {label + ':':<10} {text}" for label, text in parts.items() if text]
    return "\n".join([f"{place}{result.title}", *lines])


def blocked_by(declaration: Declaration, results: Mapping[str, CheckResult]) -> str | None:
    """The check at the root of what keeps this one from saying anything; None where it may run."""
    for need in declaration.needs:
        result = results.get(need)
        if result is not None and result.outcome is not Outcome.PASSED:
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
    return f"The checker itself failed: {type(error).__name__}: {error} ({places(error)})"
