"""The messages between the subject's processes: frozen, each one line of JSON.

The judge asks its host, a host its children, and the judge a probe inside a server. `decode` is
strict: a line that is no such message raises `Malformed`, whatever is wrong with it. Only the
standard library is imported here, since a fresh child has this module before the learner's code.
"""

import dataclasses
import json
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeVar

M = TypeVar("M")

NOT_STARTED = "the app did not start; its output says why"
"""The message of the exception that an app's failed start is answered with."""


class Malformed(ValueError):
    """A line that is not the message that was due."""


@dataclass(frozen=True)
class Value:
    """The request ran to its end. `value` is JSON; `printed` the end of the output."""

    value: Any
    printed: str = ""


@dataclass(frozen=True)
class Raised:
    """An exception ended it.

    `file` (relative to the project) and `line` are the innermost place in the project's own code,
    None where the traceback never touched it.
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


@dataclass(frozen=True)
class Refused:
    """The request is none that a host knows: a fault of the checker's own, never an observation."""

    reason: str


@dataclass(frozen=True)
class Started:
    """What a host says first: its process id."""

    pid: int


@dataclass(frozen=True)
class Enclosure:
    """What a host is told that encloses itself, before anything else.

    `folder` is where it may write, `files` are what it may read beside what every host may, `uid`
    is the user that it is to become, where it may choose.
    """

    folder: str
    files: tuple[str, ...]
    uid: int | None


@dataclass(frozen=True)
class Limits:
    """What one child process may use. `memory` and `file_size` are in bytes."""

    cpu_seconds: int
    memory: int
    file_size: int
    open_files: int


@dataclass(frozen=True)
class Context:
    """Where and how a child runs.

    `env` is its whole environment, `output` the file that it prints to, `deadline` in seconds.
    `image` is a module of the project that may have been imported once for several requests of the
    same `root` and `env`.
    """

    root: str
    env: dict[str, str]
    output: str
    limits: Limits
    deadline: float
    image: str | None = None


@dataclass(frozen=True)
class ProbeRequest:
    """Run the function `name` of the file `probes`."""

    context: Context
    probes: str
    name: str
    args: dict[str, Any]


@dataclass(frozen=True)
class ServeRequest:
    """Serve `app`, `module:attribute`, on the Unix socket `address`, and probes on `side`.

    `setup` names a probe that runs before the app starts, with `args`.
    """

    context: Context
    app: str
    address: str
    side: str
    probes: str | None
    setup: str | None
    args: dict[str, Any]


@dataclass(frozen=True)
class CommandRequest:
    """Run a Python module as `python -m` would."""

    context: Context
    argv: tuple[str, ...]


@dataclass(frozen=True)
class LaunchRequest:
    """Start a Python module as `python -m` would, and leave it running: in an interpreter of its
    own, or forked from one that has the libraries."""

    context: Context
    argv: tuple[str, ...]
    forked: bool = False


@dataclass(frozen=True)
class SignalRequest:
    """Send a signal to what was launched, if it is still there."""

    pid: int
    number: int


@dataclass(frozen=True)
class WaitRequest:
    """Wait for the end of what was launched, for that many seconds."""

    pid: int
    seconds: float


@dataclass(frozen=True)
class StopRequest:
    """Stop a server: with SIGTERM first, or by force at once."""

    pid: int
    gently: bool


@dataclass(frozen=True)
class CallRequest:
    """Run a probe inside a server, in its event loop."""

    name: str
    args: dict[str, Any]


ChildRequest = ProbeRequest | ServeRequest | CommandRequest | LaunchRequest
"""What a child process is started for."""

HostRequest = ChildRequest | SignalRequest | WaitRequest | StopRequest

Answer = Value | Raised | Died | TimedOut
"""What became of a request: an observation."""


@dataclass(frozen=True)
class Task:
    """What a child process is given: a request, and the token that precedes its answer."""

    token: str
    request: ChildRequest


def probes_of(request: ChildRequest) -> str | None:
    """The file with the probes that a request needs."""
    return None if isinstance(request, CommandRequest | LaunchRequest) else request.probes


def encode(message: object) -> bytes:
    """One line. Raises TypeError, ValueError or RecursionError where a value in it is no JSON."""
    return json.dumps(message, default=_fields).encode() + b"\n"


def decode(line: bytes, *kinds: type[M] | UnionType) -> M:
    """The message of one of these kinds. Raises Malformed."""
    if not line:
        raise Malformed("an empty line")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from None
    found: M = _one_of(data, [each for kind in kinds for each in typing.get_args(kind) or (kind,)])
    return found


def _fields(message: object) -> dict[str, Any]:
    if type(message).__module__ != __name__ or not dataclasses.is_dataclass(message):
        raise TypeError(f"Object of type {type(message).__name__} is not JSON serializable")
    return {"kind": type(message).__name__, **vars(message)}


def _one_of(data: Any, kinds: Iterable[Any]) -> Any:
    """The data as a message of the kind that it names."""
    name = data.get("kind") if isinstance(data, dict) else None
    for kind in kinds:
        if kind.__name__ == name:
            break
    else:
        raise Malformed(f"no message that is due: {str(data)[:200]}")
    hints = _hints(kind)
    if strange := data.keys() ^ {"kind", *hints}:
        raise Malformed(f"{name}: {min(strange)} is missing or too much")
    return kind(**{key: _as(hint, data[key], f"{name}.{key}") for key, hint in hints.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _as(hint: Any, value: Any, place: str) -> Any:
    """The value as the type that a field has. Raises Malformed."""
    if hint is Any:
        return value
    arguments = typing.get_args(hint)
    if dataclasses.is_dataclass(hint) or all(map(dataclasses.is_dataclass, arguments or [0])):
        return _one_of(value, arguments or (hint,))
    origin = typing.get_origin(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_as(arguments[0], each, place) for each in value)
    if origin is dict and isinstance(value, dict):
        return {key: _as(arguments[1], each, place) for key, each in value.items()}
    if type(value) in (arguments if origin is UnionType else (hint,)):
        return value
    if hint is float and type(value) is int:
        return value
    raise Malformed(f"{place} is no {hint}: {str(value)[:200]}")
