"""One grading as pytest's events show it: its evidence, and what became of each check."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from checker.curriculum.reached import superseded
from checker.judge import witness
from checker.judge.brokers import Brokers
from checker.judge.claim import asked, unread
from checker.judge.curl import curl
from checker.judge.databases import databases_for
from checker.judge.databases.server import preloaded
from checker.judge.declaration import Declaration
from checker.judge.evidence import Project, Source
from checker.judge.explaining import explained, worth_showing
from checker.judge.faults import Fault
from checker.judge.items import curriculum_of, lesson_of
from checker.judge.results import blocked_by, message, result_of
from checker.judge.unmet import Blocked, Superseded, Unmet
from checker.report import CheckResult, Outcome
from checker.subject import Snapshot, Subject

TOO_LARGE = "What the check was given takes more memory than there is for it."


class Judge:
    """One grading: its evidence, and the outcome of every check so far, by id."""

    def __init__(
        self,
        submission: Path,
        *,
        seed: int | None = None,
        deadline: float = 10.0,
        subject: Subject | None = None,
        snapshot: Snapshot | None = None,
        databases: str | None = None,
    ) -> None:
        self.seed = random.randrange(10**6) if seed is None else seed
        self.deadline = deadline
        self.results: dict[str, CheckResult] = {}
        self.memory: dict[str, Any] = {}
        self._project: Project | None = None
        """That of the check that runs, once it has one."""
        self._spent: dict[str, float] = {}
        self._remarks: dict[str, Any] = {}
        self._subject = subject
        self._snapshot = snapshot or Snapshot(submission)
        self.shared = self._snapshot.common
        self.source = Source(self._snapshot.root)
        try:
            self.brokers = Brokers()
            self.databases = databases_for(self._snapshot, databases)
        except BaseException:
            self._snapshot.close()
            raise

    def project(self, check_file: Path, environment: Mapping[str, str]) -> Project:
        lesson = lesson_of(check_file)
        if self._subject is None:
            self._subject = Subject(preloaded(lesson))
        self.databases.end_check()
        self._project = Project(
            self._subject, self._snapshot, environment, self.deadline, lesson.image
        )
        return self._project

    def remark(self, *, note: str = "", survivors: Sequence[str] = ()) -> None:
        """Add to the result of the check that runs, whatever its outcome."""
        self._remarks = {"note": note, "survivors": tuple(survivors)}

    def begin(self, id_: str, declaration: Declaration, check_file: Path) -> None:
        """Raise Superseded where the project is not asked this any more, and Blocked where a check
        that this one needs has run and not passed."""
        self.source.read.clear()
        self._project = None
        asked.set("")
        witness.begin()
        self._remarks = {}
        lesson, curriculum = lesson_of(check_file), curriculum_of(check_file)
        if why := superseded(curriculum, lesson, self._snapshot.root).get(id_):
            raise Superseded(why)
        if by := blocked_by(declaration, self.results):
            raise Blocked(by)

    def record(
        self,
        id_: str,
        declaration: Declaration,
        call: pytest.CallInfo[None],
        faults: Sequence[Fault] = (),
    ) -> CheckResult | None:
        """Write down what one phase of a check showed, and what that means by the `faults`.

        None while the outcome is still open.
        """
        evidence = witness.evidence()
        error = call.excinfo.value if call.excinfo else None
        error = unread(error) or error if error else None
        if isinstance(error, MemoryError):
            error = Unmet(TOO_LARGE, "Data of a size that the lesson asks for.")
        self._spent[id_] = self._spent.get(id_, 0.0) + call.duration
        if error is None and call.when != "call":
            return self.results.get(id_)
        if error is not None and not isinstance(error, Exception):
            if isinstance(error, pytest.skip.Exception):
                error = RuntimeError("a check may not be skipped")
            elif not isinstance(error, pytest.fail.Exception):
                return None  # Ctrl-C and the like end the session
        printed = self._project.output() if self._project and error else ""
        if isinstance(error, Unmet):
            error = explained(error, self.source, printed, faults)
        result = result_of(id_, declaration, error, round(self._spent[id_] * 1000))
        if result.seen and self._project:
            request = curl(self._project.request) if self._project.request else ""
            shown = {"printed": worth_showing(printed, self._project.root), "request": request}
            result = CheckResult(**{**dict(result), **shown})
        result = result.model_copy(update={**self._remarks, "evidence": evidence})
        self.results[id_] = result
        return result

    def as_pytest(
        self, result: CheckResult | None, call: pytest.CallInfo[None]
    ) -> tuple[Literal["passed", "failed", "skipped"], str | None]:
        """How pytest's own reporters are to show this phase."""
        if result is None or call.excinfo is None:
            return "passed", None
        if result.outcome is Outcome.BLOCKED:
            return "skipped", f"blocked by {result.blocked_by}"
        if not result.is_open:
            return "skipped", result.note or result.outcome.replace("-", " ")
        return "failed", message(result)

    def close(self) -> None:
        if self._subject is not None:
            self._subject.close()
        self.brokers.close()
        self.databases.close()
        self._snapshot.close()
