"""What one grading found: checks → items → lesson. The JSON form is a published contract."""

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict


def _encodable(text: str) -> str:
    """The text, with � for what no encoding has: a learner's string may hold lone surrogates."""
    return text if text.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", text)


Text = Annotated[str, AfterValidator(_encodable)]


class Outcome(StrEnum):
    """What became of a check. Every expected check has exactly one."""

    PASSED = "passed"
    FAILED = "failed"
    BLOCKED = "blocked"
    """Something it depends on did not pass; shown under its cause."""
    TIMED_OUT = "timed-out"
    ERROR = "error"
    """The checker's own fault; never counted against the learner."""
    NOT_GRADED = "not-graded"
    """What it looks for cannot be brought about here. It neither earns an item nor costs one."""
    NOT_TRIED = "not-tried"
    """Only of a stretch exercise: there is nothing of it yet."""


class Verdict(StrEnum):
    """What became of an item or a lesson."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


class Evidence(StrEnum):
    """What the outcome of a check rests on."""

    WITNESSED = "witnessed"
    """What the judge saw itself: HTTP, a database or a topic that it read, a process's output and
    end, source that it parsed."""
    PARTLY_TOLD = "partly-told"
    """That, and what the submission's own interpreter says."""
    TOLD = "told"
    """What the submission's own interpreter says, and nothing else."""


class _Data(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_serialization_defaults_required=True,
        use_attribute_docstrings=True,
    )


class Location(_Data):
    """A place in the submission. `file` is relative to its root, `line` counts from 1."""

    file: Text
    line: int


class CheckResult(_Data):
    """One check's outcome. The four parts of a failure are empty strings where it passed."""

    id: str
    title: str
    items: tuple[str, ...]
    errata: tuple[str, ...] = ()
    outcome: Outcome
    seen: Text = ""
    wanted: Text = ""
    why: Text = ""
    read: str = ""
    printed: Text = ""
    """The last lines that the submission's code printed meanwhile, as a hint only."""
    request: Text = ""
    """A line for a shell that sends the request which was looked at to the app of `checker run`."""
    location: Location | None = None
    note: str = ""
    """What the check has to say beside its outcome, also where it passed."""
    survivors: tuple[str, ...] = ()
    """The bugs that the submission's own tests do not notice, by name."""
    blocked_by: str | None = None
    duration_ms: int = 0
    evidence: Evidence | None = None
    """What the outcome rests on; null where the check has looked at nothing."""

    @property
    def is_open(self) -> bool:
        """Whether there is still something to be done for it."""
        return self.outcome not in (Outcome.PASSED, Outcome.NOT_GRADED, Outcome.NOT_TRIED)

    @property
    def needs_telling(self) -> bool:
        """Whether there is something to say of it. Blocked checks stand under their cause."""
        return self.is_open and self.outcome is not Outcome.BLOCKED


class ItemResult(_Data):
    """One guideline item's verdict, from all checks that prove it."""

    id: str
    text: str
    outcome: Verdict
    checks: tuple[str, ...]
    witnessed: bool | None = None
    """Whether a check that the judge witnessed has passed; null where the item is not passed."""


class Reach(_Data):
    """A place where the source reaches into the interpreter or into the checker."""

    what: Text
    """What it names there: `gc`, `sys._getframe`, `checker.subject`."""
    location: Location

    def __str__(self) -> str:
        return f"{self.what} at {self.location.file}:{self.location.line}"


class Report(_Data):
    """The outcome of one grading of one submission against one lesson."""

    schema_: Literal[1] = 1
    lesson: str
    outcome: Verdict
    isolation: str
    """How the submission's code was kept apart, e.g. `process`."""
    seed: int
    """Repeats the run's random data: `checker check --seed`."""
    duration_ms: int
    items: tuple[ItemResult, ...]
    checks: tuple[CheckResult, ...]
    stretch: CheckResult | None = None
    """What goes beyond the lesson. It has no say in `outcome`, and is blocked until that is passed.
    None where there is no such exercise, or only a part of the lesson was graded."""
    reaches: tuple[Reach, ...] = ()
    """Where the submission's source reaches into the interpreter or into the checker."""

    model_config = ConfigDict(
        alias_generator=lambda name: "schema" if name == "schema_" else name,
        populate_by_name=True,
        serialize_by_alias=True,
    )

    def check(self, id_: str) -> CheckResult:
        """The result of the check of that id. Raises KeyError."""
        for result in (*self.checks, self.stretch):
            if result is not None and result.id == id_:
                return result
        raise KeyError(id_)

    @property
    def passed_items(self) -> int:
        return sum(item.outcome is Verdict.PASSED for item in self.items)


def verdict(outcomes: list[Outcome]) -> Verdict:
    """One verdict for many checks: our own fault first, then any that did not pass.

    Those not graded have no say; where they are all, nothing is passed.
    """
    if Outcome.ERROR in outcomes:
        return Verdict.ERROR
    graded = [outcome for outcome in outcomes if outcome is not Outcome.NOT_GRADED]
    passed = graded and all(outcome is Outcome.PASSED for outcome in graded)
    return Verdict.PASSED if passed else Verdict.FAILED
