"""What the libraries' exceptions mean: one row for each fault, with a sentence and a cure.

An exception names what stopped, seldom what is wrong. A row's pattern is looked for in what a check
saw and in what the code printed; the first row that fits is told. A course adds rows of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

AWAIT = "await in front of the call: every call of an `async def` needs one."
LOADED = (
    "Load it in the query, by selectinload(…) or joinedload(…), or with the row:"
    ' await session.refresh(row, ["name"]).'
)


@dataclass(frozen=True)
class Fault:
    """`shows` is a regular expression whose named groups stand in `seen` and `wanted`."""

    name: str
    shows: str
    seen: str
    wanted: str
    errata: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    seen: str
    wanted: str
    errata: tuple[str, ...]


def explanation(text: str, faults: Iterable[Fault]) -> Explanation | None:
    """What the first fault that a text shows means; None where it shows none."""
    for fault in faults:
        if found := re.search(fault.shows, text):
            groups = found.groupdict("")
            return Explanation(
                fault.seen.format(**groups), fault.wanted.format(**groups), fault.errata
            )
    return None


FAULTS = (
    Fault(
        "coroutine never awaited",
        r"coroutine '(?P<name>[\w.]+)' was never awaited",
        "{name} was called and never awaited: it did nothing.",
        AWAIT,
    ),
    Fault(
        "coroutine by name",
        r"<coroutine object (?P<name>[\w.]+) at 0x",
        "{name} was called and not awaited: what it gives is a coroutine, and no result.",
        AWAIT,
    ),
    Fault(
        "coroutine",
        r"'coroutine'|coroutine object is not|type coroutine\b|builtins\.coroutine"
        r"|non-iterable coroutine|\ba coroutine object\b",
        "A function was called and not awaited: what it gives is a coroutine, and no result.",
        AWAIT,
    ),
    Fault(
        "await of no coroutine",
        r"object (?P<kind>\w+) can't be used in 'await' expression",
        "await stands before something that is no coroutine but {kind}.",
        "No await there, or `async def` in front of the function that is called.",
    ),
    Fault(
        "lazy load",
        r"greenlet_spawn has not been called",
        "Something was read that had not been loaded, and a hidden query cannot run under async.",
        LOADED,
    ),
    Fault(
        "lazy raise",
        r"'(?P<name>[\w.]+)' is not available due to lazy='raise",
        "{name} was read and had not been loaded.",
        LOADED,
    ),
    Fault(
        "detached",
        r"is not bound to a Session; (lazy load|attribute refresh) operation",
        "A row was read after its session had been closed or had let it go.",
        "Load what is needed while the session is open, or expire_on_commit=False.",
    ),
    Fault(
        "shared session",
        r"concurrent operations are not permitted|is already in progress"
        r"|another operation is in progress",
        "Two tasks use one session at the same time.",
        "A session for each request and each task, and no asyncio.gather over one.",
    ),
    Fault(
        "other loop",
        r"attached to a different loop|is bound to a different event loop",
        "A connection made in one event loop is used in another.",
        "An engine that is made where it is used, and disposed of there.",
    ),
    Fault(
        "loop that runs",
        r"asyncio\.run\(\) cannot be called from a running event loop",
        "asyncio.run was called where an event loop is running already.",
        "await the coroutine instead.",
    ),
    Fault(
        "pending rollback",
        r"PendingRollbackError|rolled back due to a previous exception during flush",
        "A session was used again after a statement in it had failed.",
        "await session.rollback() in the except, before the session is used for anything else.",
    ),
    Fault(
        "NOT NULL",
        r"NOT NULL constraint failed: (?P<column>[\w.]+)"
        r"|null value in column \"(?P<name>\w+)\"",
        "NULL came into {column}{name}, which takes none: that is no conflict with another row.",
        "A value or a default for it; a conflict is told from it by what the database says.",
    ),
    Fault(
        "missing return",
        r"'NoneType' object (has no attribute|is not|does not support)"
        r"|input_value=None, input_type=NoneType\].*\bmodel_attributes_type"
        r"|model_attributes_type, input_value=None|argument of type 'NoneType'",
        "Something is None there: is a return missing, or was there no such row?",
        "`return` at the end of what gives it; where there may be none, a look at that first.",
    ),
    Fault(
        "setting that is no JSON",
        r"error parsing value for field \"(?P<name>\w+)\" from source",
        "The value of {name} is no JSON, and a list in the environment is written so.",
        '["https://a.example.com"] as the value, or Annotated[list[str], NoDecode].',
    ),
    Fault(
        "scope mismatch",
        r"ScopeMismatch",
        "A fixture asks for one that does not live as long as itself.",
        'The same scope for both: that of a function, unless scope="session" says otherwise.',
    ),
    Fault(
        "missing module",
        r"ModuleNotFoundError.*No module named '(?P<name>\w+)",
        "There is no package {name} here.",
        "Python's own library, and the packages of requirements.lock: no other is installed.",
    ),
    Fault(
        "exception returned",
        r'\{"status_code": ?[45]\d\d, ?"detail":',
        "An HTTPException was returned, so that it became the body of a response.",
        "raise HTTPException(…), or an error of your own that a handler knows.",
    ),
    Fault(
        "response sent",
        r"'\w*Response' object is not subscriptable",
        "A Response was given to send, which takes messages.",
        "await response(scope, receive, send): a Response is an app, and is called.",
    ),
    Fault(
        "response never sent",
        r"ASGI callable returned without (starting|completing) response|No response returned",
        "The app ended without a response: a Response that is only made sends nothing.",
        "await response(scope, receive, send) where there is no framework around it.",
    ),
    Fault(
        "handler without response",
        r"TypeError: '(?P<kind>dict|NoneType|str|tuple)' object is not callable",
        "What was called as a response is {kind}: does a handler return that?",
        "return JSONResponse(…) from every exception handler and every dispatch.",
    ),
    Fault(
        "no exception raised",
        r"exceptions must derive from BaseException",
        "raise was given something that is no exception.",
        "raise with an exception: a class that derives from Exception, or an instance of it.",
    ),
    Fault(
        "too much output",
        r"File too large",
        "More than 64 MB was printed or written to one file.",
        "Code that prints little: a print in a loop that never ends is the usual cause.",
    ),
    Fault(
        "endless recursion",
        r"maximum recursion depth exceeded",
        "A function calls itself without an end, maybe by way of others.",
        "A way out of it: a property that reads itself, or a __repr__ of a __repr__, has none.",
    ),
    Fault(
        "no greenlet",
        r"the greenlet library is required",
        "SQLAlchemy's async engine needs greenlet, which is not installed along with it.",
        "sqlalchemy[asyncio] in requirements.txt.",
    ),
)
