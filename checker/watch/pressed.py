"""The rules of watching: what follows from each key."""

from dataclasses import replace

from checker.watch.events import (
    Action,
    Answered,
    Compare,
    GiveHint,
    GoOn,
    Grade,
    OpenEditor,
    PutBack,
    Quit,
)
from checker.watch.state import Phase, State, View
from checker.workspace import open_task

Next = tuple[State, tuple[Action, ...]]

_MOVES = ("up", "down", "page up", "page down", "home", "end")
_BACK = {View.LESSONS: "l", View.DIFF: "d"}
"""The key that leaves a view is the one that led there."""


def pressed(state: State, key: str) -> Next:
    """The state after a key, and what is to be done."""
    if state.asking:
        answered = replace(state, asking=False)
        if key == "y":
            return answered, (PutBack(state.lesson),)
        return _told(answered, "Nothing was changed."), ()
    if key in _MOVES:
        return _moved(state, key), ()
    if state.view is not View.REPORT:
        back = replace(state, view=View.REPORT, files=(), offset=0)
        if key in ("escape", "enter", "q", _BACK[state.view]):
            return back, ()
        state = back
    return _command(replace(state, notice=None), key)


def grade(state: State) -> Next:
    """The state of a run that has begun, and the action that begins it."""
    return state, (Grade(state.run, state.failing, state.edited),)


def _moved(state: State, key: str) -> State:
    by = {"up": -1, "down": 1, "page up": 1 - state.page, "page down": state.page - 1}
    offset = {"home": 0, "end": state.furthest}.get(key, state.offset + by.get(key, 0))
    return replace(state, offset=max(0, min(offset, state.furthest)))


def _command(state: State, key: str) -> Next:
    at_once: dict[str, Action] = {"q": Quit(), "d": Compare(state.lesson)}
    if key in at_once:
        return state, (at_once[key],)
    rules = {"e": _edit, "h": _hint, "n": _go_on, "r": _again}
    if key in rules:
        return rules[key](state)
    if key == "l":
        return replace(state, view=View.LESSONS, offset=0), ()
    if key == "x":
        return replace(state, asking=True, offset=0), ()
    return replace(state, hint=None, offset=0) if key == "escape" else state, ()


def _again(state: State) -> Next:
    return grade(state.anew())


def _go_on(state: State) -> Next:
    lesson = state.lesson
    if lesson.id not in state.passed:
        told = f"Lesson {lesson.number} is not passed yet{_what_is_left(state)}."
    elif following := state.curriculum.after(lesson):
        return state, (GoOn(following),)
    elif left := [each for each in state.curriculum.lessons if each.id not in state.passed]:
        numbers = ", ".join(each.number for each in left)
        told = f"That was the last lesson. Well done! Still to pass: {numbers}."
    else:
        told = "That was the last lesson, and you have passed them all. Well done!"
    return _told(state, told), ()


def _what_is_left(state: State) -> str:
    checks = len(state.lesson.checks)
    if state.phase is Phase.CHECKING:
        return f": {checks - len(state.renewed)} of {checks} checks are still running"
    if state.phase is Phase.DONE:
        return f": {len(state.failing)} of {checks} checks are still to pass"
    return ""


def _hint(state: State) -> Next:
    task = open_task(state.lesson, state.failing)
    if task is None and not state.results and state.lesson.id not in state.passed:
        task = state.lesson.tasks[0]  # not graded yet
    if task is None:
        return _told(state, "No check fails, so there is nothing to hint at."), ()
    return state, (GiveHint(task),)


def _edit(state: State) -> Next:
    if not state.failures:
        return _told(state, "No check fails, so there is no line to open."), ()
    first = state.failures[0]
    return state, (OpenEditor(first.location, state.lesson.task_of(first.id)),)


def _told(state: State, sentence: str) -> State:
    return replace(state, notice=Answered(sentence, lasts=False), offset=0)
