"""Watching: one queue for all that happens, and one thread that answers it."""

import contextlib
import os
import queue
from collections.abc import Callable
from pathlib import Path

from checker.curriculum import Curriculum, Lesson
from checker.report import Verdict
from checker.watch.changes import Changes
from checker.watch.commands import perform
from checker.watch.display import Display
from checker.watch.editor import opening, place_of, preferred
from checker.watch.events import (
    Answered,
    Begun,
    Drop,
    Event,
    Grade,
    OpenEditor,
    Post,
    Quit,
    Stopped,
)
from checker.watch.outline import outline
from checker.watch.runs import Runs
from checker.watch.signals import signals_to
from checker.watch.state import State, named
from checker.watch.step import step
from checker.workspace import Progress, shown

MakeDisplay = Callable[[Post], Display]


def watch(
    curriculum: Curriculum,
    root: Path,
    lesson: Lesson,
    progress: Progress,
    make_display: MakeDisplay,
    *,
    poll: bool = False,
) -> Verdict | None:
    """Grade the project after each save, until somebody wants it to end.

    Returns the verdict of the last complete grading; None where there is none, or where the project
    could no longer be graded.
    """
    root = root.absolute()
    inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
    state = State(
        curriculum=curriculum,
        project=named(root),
        lesson=lesson,
        outline=outline(lesson),
        passed=frozenset(each.id for each in curriculum.lessons if progress.has_passed(each.id)),
        failing_before=progress.of(lesson.id).failing,
    )
    with contextlib.ExitStack() as stack:
        display = make_display(inbox.put)
        stack.enter_context(signals_to(inbox.put, screen=display.has_screen))
        runs = stack.enter_context(Runs(root, inbox.put))
        stack.enter_context(Changes(root, inbox.put, poll=poll))
        stack.enter_context(display)  # the first to be left, so that the terminal is free at once
        inbox.put(Begun())
        while True:
            event = _next(inbox)
            if isinstance(event, Stopped) and event.by_ctrl_c and display.is_away:
                continue  # it was meant for the editor
            state, actions = step(state, event)
            for action in actions:
                if isinstance(action, OpenEditor):
                    _open_editor(action, root, display, inbox.put)
                elif isinstance(action, Grade | Drop):
                    _grade(action, state, runs)
                elif not isinstance(action, Quit):
                    perform(action, curriculum, root, inbox.put)
            if Quit() in actions:
                display.close(state)
                return state.verdict
            if drawn := display.show(state, event, more=not inbox.empty()):
                state, _ = step(state, drawn)


def _next(inbox: queue.SimpleQueue[Event]) -> Event:
    """Wait for an event. Signals come in between, but on Windows only now and then."""
    while True:
        with contextlib.suppress(queue.Empty):
            return inbox.get(timeout=0.5 if os.name == "nt" else None)


def _grade(action: Grade | Drop, state: State, runs: Runs) -> None:
    if isinstance(action, Grade):
        runs.ask(state.lesson, action)
    else:
        runs.drop()


def _open_editor(action: OpenEditor, root: Path, display: Display, post: Post) -> None:
    """Open the place that the action names, or post why that cannot be."""
    at = place_of(root, action.at, action.task)
    if at is None:
        post(Answered("This failure is of no one line of your code.", lasts=False))
        return
    place = f"{shown(root / at.file)}:{at.line}"
    editor = preferred()
    if not editor:
        post(
            Answered(
                f"No editor is set; the place is {place}.",
                ("To open it from here, set EDITOR before you begin: export EDITOR=nano",),
            )
        )
        return
    try:
        display.edit(opening(editor, root / at.file, at.line))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        post(
            Answered(
                f"Your editor could not be opened; the place is {place}.",
                (f"{editor}: {reason}. VISUAL, else EDITOR, names it.",),
            )
        )
