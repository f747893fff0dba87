"""What the submission answers is a claim: whatever its shape, it is never the checker's fault.

A claim is plain data of JSON's kinds that knows where it came from. What a check looks for and does
not find in it is that check's failure, in words. `expects` says beforehand what shape is wanted.
"""

import traceback
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError

from checker.judge.unmet import Unmet, Unread

DEEPEST = 60
"""Levels: nothing that a lesson asks for is nested deeper."""

asked: ContextVar[str] = ContextVar("asked", default="")
"""What was asked last, as the subject of a sentence that goes on with "gives"."""


class Lacking(Unmet, LookupError):
    """A claim has no such part. Also a LookupError, for code that has another way then."""


class Object(dict[Any, Any]):
    """A claimed object, or a row."""

    def __init__(self, data: dict[Any, Any], who: str) -> None:
        super().__init__(data)
        self.who = who

    def __missing__(self, key: Any) -> Any:
        there = ", ".join(map(str, self)) or "nothing"
        raise Lacking(f"{self.who} gives no {key}: there is {there}.", f"A value for {key}.")


class List(list[Any]):
    """A claimed list, or rows."""

    def __init__(self, data: list[Any], who: str) -> None:
        super().__init__(data)
        self.who = who

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except IndexError:
            raise Lacking(f"{self.who} gives {counted(self)}.", "More of them.") from None
        except TypeError:
            raise Lacking(
                f"{self.who} gives a list: {shown(self)}.", f"A value for {key}."
            ) from None


def claimed(value: Any, who: str, expects: Any = None) -> Any:
    """The value as a claim of `who`, "Building Settings()" or "GET /posts", of the shape expected.

    `expects` is any type, or what pydantic can validate: `dict`, `list[str]`, a model.
    Raises Unmet where the value has another shape or is nested without end.
    """
    who = who[:1].upper() + who[1:]
    asked.set(who)
    found = _wrapped(value, who, DEEPEST)
    if expects is None:
        return found
    try:
        valid = TypeAdapter(expects).validate_python(found, strict=True)
    except ValidationError as error:
        raise _of_another_shape(found, who, error) from None
    return found if isinstance(found, dict | list) and valid == found else valid


def unread(error: BaseException) -> Unread | None:
    """A failure in place of an exception that a check raised over what it was given.

    Whether the data or the check is at fault cannot be told any more, so it counts against the
    submission in words that leave it open; `dev verify` counts it against the check. None for an
    exception that no data brings about, and where the check was given none.
    """
    who = asked.get()
    if not who or isinstance(error, Unmet) or not isinstance(error, _DATAS):
        return None
    if "NoneType" in str(error):
        seen = f"{who} gives None where there should be something: is a return missing?"
    else:
        place = places(error)
        seen = f"{who} gives what {UNREAD}: {type(error).__name__}: {shown(str(error))} ({place})."
    return Unread(seen, "What the lesson describes. If it is that, the check is wrong: report it.")


UNREAD = "the check has no words for"

_DATAS = (
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError),
    *(httpx.HTTPError, httpx.InvalidURL, StopIteration),
)


def places(error: BaseException) -> str:
    """Where in our own files an exception came from, innermost first."""
    found = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if {"checks", "checker", "kit"} & set(Path(frame.filename).parts)
    ]
    return " ← ".join(reversed(found[-3:]))


def shown(value: Any, most: int = 120) -> str:
    """A value in a sentence, cut where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits
        return "a huge value"
    return text if len(text) <= most else f"{text[:most]} …"


def kind(value: Any) -> str:
    """What a value is, in words."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "a Boolean"}
    found = (words for type_, words in kinds.items() if isinstance(value, type_))
    return "None" if value is None else next(found, "a number")


def counted(found: list[Any]) -> str:
    return f"{len(found)} of them: {shown(found)}" if found else "an empty list"


def _wrapped(value: Any, who: str, deeper: int) -> Any:
    if deeper == 0:
        raise Unmet(f"{who} gives data nested deeper than {DEEPEST} levels.", "Plain data.")
    if isinstance(value, dict):
        return Object({key: _wrapped(each, who, deeper - 1) for key, each in value.items()}, who)
    if isinstance(value, list):
        return List([_wrapped(each, who, deeper - 1) for each in value], who)
    return value


def _of_another_shape(found: Any, who: str, error: ValidationError) -> Unmet:
    """The first thing that is not as expected."""
    first = error.errors(include_url=False, include_context=False)[0]
    place = "".join(f"[{part!r}]" for part in first["loc"])
    if first["type"] == "missing":
        return Unmet(f"{who} gives no {first['loc'][-1]}: {shown(found)}.", "A value for it.")
    wanted = _WANTED.get(first["type"], f"{first['msg']}.")
    value = first["input"]
    if value is None and not place:
        return Unmet(f"{who} gives None: is a return missing?", wanted)
    what = kind(value) if value is None else f"{kind(value)}, {shown(value)},"
    return Unmet(f"{who} gives {what}{f' at {place}' if place else ''}".rstrip(",") + ".", wanted)


_WANTED = {
    "bool_type": "True or False.",
    "dict_type": "An object.",
    "float_type": "A number.",
    "int_type": "A whole number.",
    "list_type": "A list.",
    "model_type": "An object.",
    "string_type": "A text.",
    "string_unicode": "A text that UTF-8 can encode.",
}
