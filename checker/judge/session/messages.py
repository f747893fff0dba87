"""The messages between a session and its workers: frozen, each one line of JSON.

`decode` is strict: a line that is no such message raises `Malformed`.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from checker.judge.declaration import Declaration
from checker.report import CheckResult

M = TypeVar("M")


class Malformed(ValueError):
    """A line that is not the message that was due."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Begin(_Message):
    """To a worker, first: the grading that it is to work for.

    `submission` is a copy that nobody changes, `folder` an empty folder for the worker's files.
    `databases` is what its databases are called on a server. `deadline` is in seconds, for each
    request to the submission's code.
    """

    kind: Literal["begin"] = "begin"
    submission: str
    folder: str
    databases: str
    seed: int
    deadline: float


class Run(_Message):
    """To a worker: the check to run, and the results of those that it needs."""

    kind: Literal["run"] = "run"
    check: str
    needed: tuple[CheckResult, ...] = ()


class Started(_Message):
    """From a worker, first: its process id."""

    kind: Literal["started"] = "started"
    pid: int


class Ready(_Message):
    """From a worker that can run checks: those that it has collected, in their order.

    `broken` tells of check modules that could not be collected.
    """

    kind: Literal["ready"] = "ready"
    checks: dict[str, Declaration]
    broken: tuple[str, ...]
    isolation: str


class Ran(_Message):
    """From a worker: what came out of a check, and the project's files whose source it has read."""

    kind: Literal["ran"] = "ran"
    check: str
    result: CheckResult | None
    files_read: frozenset[str] = frozenset()


class Refused(_Message):
    """From a worker: why nothing can be graded, as `UserError` has it."""

    kind: Literal["refused"] = "refused"
    sentence: str
    next_step: str


class Misunderstood(_Message):
    """From a worker that was sent what is no request: a fault of the checker's own."""

    kind: Literal["misunderstood"] = "misunderstood"
    reason: str


Request = Begin | Run
Reply = Started | Ready | Ran | Refused | Misunderstood

_REQUESTS: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="kind")])
_REPLIES: TypeAdapter[Reply] = TypeAdapter(Annotated[Reply, Field(discriminator="kind")])


def encode(message: Request | Reply) -> bytes:
    """One line."""
    return message.model_dump_json().encode() + b"\n"


def decode_request(line: bytes) -> Request:
    """Raises Malformed."""
    return _decoded(_REQUESTS, line)


def decode_reply(line: bytes) -> Reply:
    """Raises Malformed."""
    return _decoded(_REPLIES, line)


def _decoded(adapter: TypeAdapter[M], line: bytes) -> M:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Malformed(f"no message that is due: {place}: {first['msg']}") from None
