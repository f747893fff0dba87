"""What a method of the learner's gave, as a probe tells it: plain values, and `{"a": "Row"}` by the
name of its type for what has no place in JSON.
"""

from collections.abc import Iterable
from typing import Any

from checker.judge import expect


def compare(found: dict[str, Any], cases: Iterable[tuple[str, str, Any, str]]) -> None:
    """Each case is (the answer's name, what was called, the answer wanted, what to do)."""
    for name, called, wanted, advice in cases:
        expect(
            found[name] == wanted,
            seen=f"{called} {words(found[name])}.",
            wanted=f"{wanted!r}. {advice}".strip() if wanted is not True else advice or "True.",
        )


def in_any_order(found: dict[str, Any], *names: str) -> None:
    """Sort lists of ids: in which order they come is another check's."""
    for name in names:
        if isinstance(found[name], list):
            found[name] = sorted(found[name], key=str)


def words(value: Any) -> str:
    """What a method gave, in words, and what that is a sign of."""
    if value is None:
        return "gives None (is a `return` missing?)"
    name = value.get("a") if isinstance(value, dict) else None
    if name == "coroutine":
        return "gives a coroutine (is an `await` missing?)"
    return f"gives a {name}" if name else f"gives {value!r}"
