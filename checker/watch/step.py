"""The rules of watching: what follows from each event. Nothing here reads, writes or waits."""

from dataclasses import replace

from checker.commands import command
from checker.report import Report, Verdict
from checker.watch.events import (
    Answered,
    Begun,
    Broke,
    Checked,
    Compared,
    Drawn,
    Drop,
    Edited,
    Entered,
    Event,
    Graded,
    Hinted,
    Pressed,
    Quit,
    Refused,
    Remember,
    Stopped,
    Vanished,
)
from checker.watch.pressed import Next, grade, pressed
from checker.watch.state import Phase, State, View
from checker.workspace import open_task


def step(state: State, event: Event) -> Next:
    """The state after an event, and what is to be done."""
    match event:
        case Pressed(key):
            return pressed(state, key)
        case Begun() | Edited() | Entered() | Vanished():
            return _turned(state, event)
        case Checked() | Graded() | Refused() | Broke():
            return _said(state, event) if event.run == state.run else (state, ())
        case Stopped():
            return state, (Quit(),)
        case _:
            return _shown(state, event), ()


def _turned(state: State, event: Begun | Edited | Entered | Vanished) -> Next:
    """What there is to grade is another than before."""
    match event:
        case Begun():
            return grade(state.anew())
        case Edited(files):
            return grade(state.anew(files))
        case Vanished():
            gone = replace(state, phase=Phase.GONE, run=state.run + 1, report=None)
            return gone, (Drop(),)
        case Entered(lesson, outline, failing, notice):
            entered = State(
                curriculum=state.curriculum,
                project=state.project,
                lesson=lesson,
                outline=outline,
                passed=state.passed,
                failing_before=failing,
                run=state.run,
                notice=notice,
            )
            return grade(entered.anew())


def _said(state: State, event: Checked | Graded | Refused | Broke) -> Next:
    """What the run that goes on has said."""
    match event:
        case Checked(result=result):
            if result.id not in state.lesson.checks:
                return state, ()
            results = {**state.results, result.id: result}
            return replace(state, results=results, renewed=state.renewed | {result.id}), ()
        case Graded(report=report):
            return _graded(state, report), (Remember(report),)
        case Refused(error=error):
            return replace(state, phase=Phase.REFUSED, refusal=error, report=None), ()
        case Broke(trace=trace):
            return replace(state, phase=Phase.BROKEN, trace=trace), ()


def _graded(state: State, report: Report) -> State:
    results = {check.id: check for check in report.checks if check.id in state.lesson.checks}
    done = replace(
        state,
        phase=Phase.DONE,
        results=results,
        renewed=frozenset(results),
        edited=frozenset(),
        report=report,
        failing_before=(),
    )
    if report.outcome is Verdict.PASSED:
        done = replace(done, passed=done.passed | {report.lesson})
    if done.hint and done.hint.task != open_task(done.lesson, done.failing):
        done = replace(done, hint=None)
    if {check.id for check in report.checks} != set(state.lesson.checks):
        changed = "The lesson itself has other checks now than when you came."
        done = replace(
            done, notice=Answered(changed, (f"Quit with q, and begin again: {command()}",))
        )
    return done


def _shown(state: State, event: Event) -> State:
    """What changes on the screen alone."""
    match event:
        case Answered():
            return replace(state, notice=event, offset=0)
        case Hinted(hint):
            return replace(state, hint=hint, offset=0)
        case Compared(files):
            return replace(state, view=View.DIFF, files=files, offset=0)
        case Drawn(page, furthest):
            return replace(state, page=page, furthest=furthest, offset=min(state.offset, furthest))
        case _:
            return state
