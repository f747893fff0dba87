"""The screen as lines: a head, a view as far as there is room for it, and the keys."""

from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import Console

from checker.commands import command
from checker.watch.body import body
from checker.watch.sheet import Sheet
from checker.watch.state import Phase, State, View
from checker.watch.verdict import Wordings, stopped, verdict

SMALLEST = (24, 8)
"""Columns and rows below which there is nothing to be read."""
_ROOM_FOR_BARS = 64
"""Columns."""
_ROOM_TO_BREATHE = 16
"""Rows."""


@dataclass(frozen=True)
class Frame:
    """What is on the screen, and how far the view in it could be scrolled."""

    lines: tuple[str, ...]
    page: int = 1
    furthest: int = 0


def frame(state: State, console: Console, columns: int, rows: int) -> Frame:
    """Exactly `rows` lines of at most `columns` cells."""
    sheet = Sheet(console, columns)
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        lines = [sheet.line(("Make the window larger.", "")), *[""] * (rows - 1)]
        return Frame(tuple(lines[:rows]))
    head, foot = _head(state, sheet, verdict(state)), _foot(state, sheet)
    if rows >= _ROOM_TO_BREATHE:
        foot.insert(0, "")
    room = rows - len(head) - len(foot)
    view = _trimmed(body(state, sheet))
    if len(view) <= room:
        return Frame((*head, *view, *[""] * (room - len(view)), *foot), room)
    page = room - 1
    furthest = len(view) - page
    offset = min(state.offset, furthest)
    below = len(view) - page - offset
    said = f"{_lines(below)} below: space" if below else f"{_lines(offset)} above: b"
    cut = sheet.line((said, "dim reverse"))
    return Frame((*head, *view[offset : offset + page], cut, *foot), page, furthest)


def last_words(state: State, console: Console, columns: int) -> list[str]:
    """What stays in the terminal when watching has ended: all of it, and how to go on."""
    sheet = Sheet(console, columns)
    head = _head(state, sheet, stopped(state))
    known = frozenset(state.results)
    if state.phase is Phase.CHECKING:
        state = replace(state, phase=Phase.DONE, renewed=known, report=None)
    plain = replace(state, view=View.REPORT, asking=False, notice=None, hint=None)
    view = _trimmed(body(plain, sheet))
    return [*head, *view, *([""] if view else []), f"To go on: {command()}"]


def _trimmed(view: list[str]) -> list[str]:
    """Without the empty lines at its end."""
    while view and not view[-1]:
        view = view[:-1]
    return view


def _lines(count: int) -> str:
    return f"{count} more line" if count == 1 else f"{count} more lines"


def _head(state: State, sheet: Sheet, verdict: tuple[Wordings, str]) -> list[str]:
    """The lesson and the verdict, each with how far it is beside it."""
    items, lessons = state.items, (_passed(state), len(state.curriculum.lessons))
    if sheet.width < _ROOM_FOR_BARS:
        right = [f"{items[0]}/{items[1]} items", f"{lessons[0]}/{lessons[1]} lessons"]
    else:
        right = [
            f"lesson {sheet.bar(*items, 12)} {items[0]:>2} of {items[1]} items",
            f"course {sheet.bar(*lessons, 12)} {lessons[0]:>2} of {lessons[1]} lessons",
        ]
    column = max(map(cell_len, right))
    room = sheet.width - column - 2
    wordings, style = verdict
    shortest = next((each for each in wordings if cell_len(each) <= room), wordings[-1])
    left = [(f"{state.lesson.number} · {state.lesson.title}", "bold"), (shortest, style)]
    lines = []
    for (text, its_style), beside in zip(left, right, strict=True):
        kept = sheet.cut(text, room)
        gap = " " * (room - cell_len(kept) + 2)
        lines.append(sheet.line((kept, its_style), (f"{gap}{beside}", "")))
    return [*lines, sheet.rule()]


def _passed(state: State) -> int:
    return sum(lesson.id in state.passed for lesson in state.curriculum.lessons)


_KEYS = {
    "n": "next",
    "h": "hint",
    "l": "list",
    "d": "diff",
    "r": "run",
    "e": "edit",
    "x": "reset",
    "q": "quit",
}
_SCROLLING = {"space": "down", "b": "up", "esc": "back"}


def _foot(state: State, sheet: Sheet) -> list[str]:
    """The keys, those that are of most use now set off from the others."""
    keys = _KEYS if state.view is View.REPORT else _SCROLLING
    if state.asking:
        keys = {"y": "yes", "n": "no"}
    wanted = _wanted(state) if keys is _KEYS else set(keys)
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0
    for key, word in keys.items():
        gap = "   " if used else ""
        if used + len(f"{gap}{key} {word}") > sheet.width:
            lines.append([])
            used, gap = 0, ""
        used += len(f"{gap}{key} {word}")
        lines[-1] += [(f"{gap}{key}", "bold"), (f" {word}", "" if key in wanted else "dim")]
    return [sheet.line(*line) for line in lines]


def _wanted(state: State) -> set[str]:
    if state.lesson.id in state.passed and not state.failures:
        return {"n", "d"}
    if state.phase is Phase.BROKEN:
        return {"r", "q"}
    return {"h", "e"} if state.failures else set()
