"""One check's own copy of the submission, and how its code is asked there."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from checker.judge.unmet import Overdue, Unmet
from checker.report import Location
from checker.subject import Answer, Died, Raised, Snapshot, Subject, TimedOut

MOST_SEEN = 600


class Project:
    """A pristine copy, made when a check first asks for it, that is this check's own.

    `env` is what the submission's code sees beside a clean environment; a check may change it.
    `image` is the module that the subject may import once for several checks.
    """

    def __init__(
        self,
        subject: Subject,
        snapshot: Snapshot,
        env: Mapping[str, str],
        deadline: float,
        image: str | None = None,
    ) -> None:
        self.subject = subject
        self.deadline = deadline
        self.env = dict(env)
        self._given = dict(env)
        self._image = image
        self._snapshot = snapshot
        self._root: Path | None = None
        self.output: Callable[[], str] = str
        """What the code that was asked last has printed, its end."""
        self.request: httpx.Request | None = None
        """The request that shows what was seen: the last one, unless more was asked since."""

    @property
    def root(self) -> Path:
        if self._root is None:
            self._root = self._snapshot.fresh()
        return self._root

    @property
    def image(self) -> str | None:
        """The module that a request may find imported: none where this check has changed what an
        import would see."""
        unchanged = self._root is not None and self.env == self._given
        return self._image if unchanged and self._snapshot.is_pristine() else None

    @property
    def beside(self) -> Path:
        """A folder of this check's own outside the project."""
        _ = self.root
        return self._snapshot.bench

    def write(self, file: str, text: str) -> None:
        """Put a file into the copy, e.g. a `.env`."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def remove(self, file: str) -> None:
        (self.root / file).unlink(missing_ok=True)


def value_of(answer: Answer, doing: str) -> Any:
    """The answer's value, or a failure that says in the learner's words what happened.

    `doing` completes "… while": "importing app.models". Raises Unmet or Overdue.
    """
    match answer:
        case TimedOut(seconds=seconds):
            raise Overdue(
                f"No answer after {seconds:g} s while {doing}.",
                "An answer within that time: no endless loop, no waiting for input or a network."
                " On a machine that is busy, --deadline gives it more.",
                errata=(),
            )
        case Died(status=status):
            raise Unmet(
                f"The Python process {_ending(status)} while {doing}, without an answer."
                + _printed(answer),
                "Code that returns: no os._exit, no killed process.",
                errata=(),
            )
        case Raised(type="NotImplementedError", message=message, file=file, line=line):
            raise Unmet(f"Still to be written: {message or doing}.", at=_at(file, line), errata=())
        case Raised(type="SystemExit", message=message, file=file, line=line):
            raise Unmet(
                f"sys.exit({message}) was called while {doing}.",
                "Code that leaves the process running: importing a module must not end it.",
                _at(file, line),
                errata=(),
            )
        case Raised(type=type_, message=message, file=file, line=line):
            seen = f"{type_} while {doing}: {shorten(_first_part(message))}"
            raise Unmet(seen, at=_at(file, line), errata=())
        case _:
            return answer.value


def _first_part(message: str) -> str:
    """An exception's message without the statement and the links that libraries add."""
    return re.split(r"\n\[SQL:|\n\(Background on this error|\s*For further information", message)[0]


def shorten(text: str, most: int = MOST_SEEN) -> str:
    """`text` in at most `most` characters, with a mark where it was cut."""
    text = text.strip()
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


def _ending(status: int) -> str:
    return f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"


def _printed(answer: Answer) -> str:
    last = answer.printed.strip().splitlines()[-1:]
    return f" It last printed: {shorten(last[0], 200)}" if last else ""


def _at(file: str | None, line: int | None) -> Location | None:
    return Location(file=file, line=line) if file and line else None
