"""What a mutant is, and how it is known again after the lines around it have moved."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Key(NamedTuple):
    """What tells a mutant from all others of a lesson, by content.

    `where` is the dotted name of the function or class around it, empty for the module. `nth`
    counts those that are alike in all else, from 1.
    """

    file: str
    operator: str
    where: str
    line: str
    changed: str
    nth: int = 1


@dataclass(frozen=True)
class Mutant:
    """A file of the reference with one change."""

    key: Key
    number: int
    """The line on which the change begins, from 1."""
    code: str = field(repr=False)
    """The whole file, changed."""


def difference(key: Key, width: int) -> str:
    """What was changed, in one line: `cache_ok = {True → False}`."""
    line, changed = key.line, key.changed
    head = _alike(line, changed)
    tail = min(_alike(line[::-1], changed[::-1]), len(line) - head, len(changed) - head)
    old, new = line[head : len(line) - tail], changed[head : len(changed) - tail]
    room = max(width - len("{ → }"), 20)
    old, new = _cut(old, room // 2), _cut(new, room // 2)
    beside = max(room - len(old) - len(new), 2)
    before, after = line[:head], line[len(line) - tail :] if tail else ""
    before = _cut_left(before, max(beside * 2 // 3, beside - len(after)))
    after = _cut(after, beside - len(before))
    return f"{before}{{{old} → {new}}}{after}"


def _alike(one: str, other: str) -> int:
    """How much of two texts is the same from the left, in whole words."""
    same = 0
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            break
        same += 1
    while same and any(_is_word(text[same - 1 : same + 1]) for text in (one, other)):
        same -= 1
    return same


def _is_word(pair: str) -> bool:
    """Whether two characters stand in the middle of a word."""
    return len(pair) == 2 and all(each.isalnum() or each == "_" for each in pair)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def _cut_left(text: str, width: int) -> str:
    return text if len(text) <= width else "…" + text[len(text) - max(width - 1, 0) :]
