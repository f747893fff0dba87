"""What stands between the head and the foot of the screen: as many lines as there are to say."""

from collections.abc import Iterable
from functools import partial

from checker.commands import command
from checker.curriculum import Lesson
from checker.report import CheckResult, Outcome, Verdict
from checker.report.printable import printable
from checker.report.terminal import Page, waiting
from checker.watch.sheet import Sheet
from checker.watch.state import Phase, State, View


def body(state: State, sheet: Sheet) -> list[str]:
    """The view that is open, under what was asked or answered."""
    match state.view:
        case View.LESSONS:
            shown = _lessons(state, sheet)
        case View.DIFF:
            shown = _diff(state, sheet)
        case View.REPORT:
            shown = _report(state, sheet)
    return [*_told(state, sheet), *shown]


def _told(state: State, sheet: Sheet) -> list[str]:
    """The open question, or the last answer; and the hint that the learner works with."""
    lines: list[str] = []
    if state.asking:
        number = state.lesson.number
        lines += sheet.block(
            lambda page: page.line(
                f"Put the starter files of lesson {number} back as they began?"
                " A backup is made first.",
                style="bold yellow",
            )
        )
        lines += [sheet.line(("y", "bold"), (" yes   any other key: no", "")), ""]
    elif (notice := state.notice) is not None:

        def draw(page: Page) -> None:
            page.line(printable(notice.sentence), style="bold")
            for line in notice.more:
                page.line(printable(line))
            page.line()

        lines += sheet.block(draw)
    if state.view is View.REPORT and (hint := state.hint) is not None:
        of = len(hint.task.hints)

        def draw_hint(page: Page) -> None:
            page.line(f"Hint for task {hint.task.id}, {hint.task.title}", style="bold cyan")
            for number, text in hint.texts:
                page.row(f"{number} of {of}", text, "cyan", width=6)
            if not hint.left:
                page.command(
                    "No more hints. The answer:", command(f"solution {hint.task.id[:2]} --reveal")
                )
            page.line()

        lines += sheet.block(draw_hint)
    return lines


def _report(state: State, sheet: Sheet) -> list[str]:
    match state.phase:
        case Phase.GONE:
            return sheet.block(lambda page: _gone(page, state))
        case Phase.REFUSED:
            return sheet.block(lambda page: _refusal(page, state))
        case Phase.BROKEN:
            return sheet.block(lambda page: _broken(page, state))
        case _:
            return [*_what_counts(state, sheet), *_others(state, sheet)]


def _gone(page: Page, state: State) -> None:
    page.line(f"{state.project} is not there any more.", style="bold")
    page.line("It is graded again as soon as it is back.")


def _refusal(page: Page, state: State) -> None:
    if state.refusal:
        page.line(printable(state.refusal.sentence), style="bold")
        page.line(printable(state.refusal.next_step))
        page.line()
        page.line("It is graded again at your next save.", style="dim")


def _broken(page: Page, state: State) -> None:
    page.line("The checker itself failed. Your work is not judged by that.", style="bold")
    page.line("r tries again. Please report it, if it stays, with this:")
    page.line()
    for line in state.trace.strip().splitlines()[-6:]:
        page.line(printable(line), style="dim")


def _what_counts(state: State, sheet: Sheet) -> list[str]:
    """That the lesson is passed, or the first failure in full."""
    if state.is_passed:
        return sheet.block(lambda page: _learnt(page, state))
    if not state.failures:
        return []
    first = state.failures[0]
    title = f"{state.lesson.task_of(first.id).id}  {first.title}"
    among = tuple(state.results.values())
    if first.id not in state.renewed:
        title = f"· {title} (checking again)"
        faded = sheet.faded(lambda page: page.parts(first, state.lesson, among))
        return [*sheet.block(lambda page: page.line(title, style="dim")), *faded, ""]
    symbol, style = _SYMBOLS.get(first.outcome, _FAILED)

    def draw(page: Page) -> None:
        page.line(f"{symbol} {title}", style=f"bold {style}")
        page.parts(first, state.lesson, among)
        page.line()

    lines = sheet.block(draw)
    if state.report and state.report.outcome is Verdict.ERROR and state.phase is Phase.DONE:
        seed = state.report.seed
        lines += sheet.block(
            lambda page: page.line(f"Please report it, with this run's seed: {seed}\n")
        )
    return lines


def _learnt(page: Page, state: State) -> None:
    page.line(state.lesson.learnt, style="bold")
    page.look_again(state.lesson)
    if state.report:
        page.stretch(state.report.stretch, state.lesson)
    page.line()
    page.row("d", "your code beside the reference", "bold", width=1)
    following = state.curriculum.after(state.lesson)
    if following:
        page.row("n", f"on to lesson {following.number}, {following.title}", "bold", width=1)
    page.line()


def _others(state: State, sheet: Sheet) -> list[str]:
    """A line for each other check: first those that fail, then those not in yet, then the rest."""
    failures = state.failures[1:]
    unknown = [id_ for id_ in state.lesson.checks if _is_unknown(id_, state)]
    passed = [
        state.results[id_]
        for id_ in state.lesson.checks
        if id_ in state.results and not state.results[id_].is_open
    ]
    lines: list[str] = []
    if failures:
        note = " (· being checked again)" if _any_stale(failures, state) else ""
        lines.append(sheet.line(("Also not passed", "bold"), (note, "dim")))
        lines += [_row(each, state, sheet) for each in failures]
        lines.append("")
    if unknown and state.phase is Phase.CHECKING:
        lines.append(sheet.line(("To be checked", "bold")))
        for id_ in unknown:
            task, title = state.lesson.task_of(id_).id, state.outline.titles.get(id_, id_)
            lines.append(sheet.line((f"  · {task}  ", "dim"), (title, "dim")))
        lines.append("")
    if passed:
        note = " (· being checked again)" if _any_stale(passed, state) else ""
        lines.append(sheet.line(("Passed", "bold"), (note, "dim")))
        lines += [_row(each, state, sheet) for each in passed]
    return lines


def _is_unknown(id_: str, state: State) -> bool:
    """Whether nothing is known of a check: it never ran, or had to wait when it was to."""
    if id_ not in state.results:
        return True
    return id_ not in state.renewed and state.results[id_].outcome is Outcome.BLOCKED


def _any_stale(checks: Iterable[CheckResult], state: State) -> bool:
    return any(check.id not in state.renewed for check in checks)


def _row(check: CheckResult, state: State, sheet: Sheet) -> str:
    symbol, style = _SYMBOLS.get(check.outcome, _FAILED)
    task = state.lesson.task_of(check.id).id
    if check.outcome is Outcome.NOT_GRADED:
        wait = " (not graded here)"
    elif check.is_open:
        wait = waiting(check, state.results.values(), " ({} more {})")
    else:
        wait = ""
    title = sheet.cut(check.title, sheet.width - 11 - len(wait))
    if check.id not in state.renewed:
        return sheet.line((f"  · {task}  {title}{wait}", "dim"))
    return sheet.line((f"  {symbol} {task}  ", style), (title, ""), (wait, "dim"))


_SYMBOLS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.ERROR: ("!", "magenta"),
    Outcome.NOT_GRADED: ("·", "dim"),
}
_FAILED = ("✗", "red")


def _lessons(state: State, sheet: Sheet) -> list[str]:
    widest = max(len(lesson.title) for lesson in state.curriculum.lessons)

    def row(lesson: Lesson) -> str:
        here = "you are here" if lesson.id == state.lesson.id else ""
        symbol, style = ("✓", "green") if lesson.id in state.passed else (" ", "")
        return sheet.line(
            (f"  {symbol} ", style),
            (f"{lesson.number}  {lesson.title:<{widest}}  ", "bold" if here else ""),
            (f"{lesson.minutes:>3} min  ", "dim"),
            (here, "bold"),
        )

    return [sheet.line(("The lessons", "bold")), "", *map(row, state.curriculum.lessons)]


def _diff(state: State, sheet: Sheet) -> list[str]:
    if not state.files:
        sentence = f"Your files of lesson {state.lesson.number} are the reference's, to the letter."
        return sheet.block(lambda page: page.line(sentence))
    lines = [sheet.line(("Your code (-) beside the reference (+)", "bold")), ""]
    for file in state.files:
        if told := file.lacks():
            lines += sheet.block(partial(Page.line, text=told, style="bold"))
        for line in file.text.splitlines():
            lines += sheet.folded(line, _diff_style(line))
    return lines


def _diff_style(line: str) -> str:
    if line.startswith(("---", "+++")):
        return "bold"
    return {"-": "red", "+": "green", "@": "cyan"}.get(line[:1], "")
