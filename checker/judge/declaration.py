"""How a pytest test declares itself a check."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

ATTRIBUTE = "__check__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declaration:
    """What a check proves and what a failure of it teaches.

    `items` are guideline item ids, `errata` those whose old form it catches. `why` says in one
    sentence why it matters; `read` where to read on (a heading of the lesson's text). `needs` are
    ids of checks without which this one says nothing: it is blocked where one of them fails.
    A `stretch` is a check of something beyond the lesson, which nobody needs: it proves no item,
    and is asked once every other check of its lesson has passed.
    """

    title: str
    items: tuple[str, ...]
    why: str
    read: str
    errata: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stretch: bool = False


def check(
    *,
    title: str,
    items: Sequence[str] = (),
    why: str,
    read: str,
    errata: Sequence[str] = (),
    needs: Sequence[str] = (),
    stretch: bool = False,
) -> Callable[[F], F]:
    """Mark a test as the check `NN.some-name`, after its function `test_some_name`."""
    declaration = Declaration(title, tuple(items), why, read, tuple(errata), tuple(needs), stretch)

    def mark(function: F) -> F:
        setattr(function, ATTRIBUTE, declaration)
        return function

    return mark


def slug(function_name: str) -> str:
    """`test_post_author` → `post-author`, the check's id within its lesson."""
    return function_name.removeprefix("test_").replace("_", "-")
