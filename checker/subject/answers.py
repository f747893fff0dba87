"""What the subject can answer to a request: four kinds, each plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Value:
    """The request ran to its end. `value` is JSON; `printed` the end of the output."""

    value: Any
    printed: str = ""


@dataclass(frozen=True)
class Raised:
    """An exception ended it.

    `file` (relative to the project) and `line` are the innermost place in the project's own code,
    None where the traceback never touched it. `during` says whether the project was being imported.
    """

    type: str
    message: str
    file: str | None = None
    line: int | None = None
    printed: str = ""


@dataclass(frozen=True)
class Died:
    """The process ended without an answer. `status` as of `os.waitstatus_to_exitcode`:
    negative for the signal that killed it."""

    status: int
    printed: str = ""


@dataclass(frozen=True)
class TimedOut:
    """No answer within `seconds`; the process group was killed."""

    seconds: float
    printed: str = ""


Answer = Value | Raised | Died | TimedOut

_KINDS: Mapping[str, type[Value] | type[Raised] | type[Died] | type[TimedOut]] = {
    "value": Value,
    "raised": Raised,
    "died": Died,
    "timed-out": TimedOut,
}


def to_wire(answer: Answer) -> dict[str, Any]:
    kind = next(name for name, cls in _KINDS.items() if isinstance(answer, cls))
    return {"kind": kind, **vars(answer)}


def from_wire(data: dict[str, Any]) -> Answer:
    """The reverse of `to_wire`. Raises KeyError or TypeError for anything else."""
    fields = dict(data)
    return _KINDS[fields.pop("kind")](**fields)
