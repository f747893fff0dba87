"""The report on a terminal: 80 columns, plain where it is piped, never colour alone."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.commands import command
from checker.curriculum import Lesson, Task
from checker.guidelines import Catalogue
from checker.report.failure import parts
from checker.report.model import CheckResult, ItemResult, Outcome, Report, Verdict
from checker.report.printable import printable

WIDTH = 80
_STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "red", Verdict.ERROR: "magenta"}
_SYMBOLS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.ERROR: "!"}
_ASCII = str.maketrans({"✓": "+", "✗": "x", "█": "#", "░": ".", "·": "-", "━": "-"})
_TYPEWRITER = str.maketrans({"“": '"', "”": '"', "’": "'", "—": "-", "–": "-", "…": "..."})
"""What an encoding without our symbols gets in their place, and in that of fine punctuation."""


def render(
    report: Report,
    lesson: Lesson,
    console: Console,
    *,
    expand: bool = False,
    part: bool = False,
    following: Task | None = None,
    quiet: bool = False,
) -> None:
    """Print the report. The first failure is shown in full, the others too with `expand`.

    A report of a `part` does not say that the lesson is passed, but which task is `following`, if
    one is known to be open. A `quiet` one is the failures and the last lines.
    """
    page = Page(console)
    page.line()
    page.line(f"{lesson.number} · {lesson.title}", style="bold")
    page.line("━" * page.width, style="dim")
    if not quiet:
        for section, items in _by_section(report.items, lesson.course.catalogue):
            page.line(section, style="bold")
            for item in items:
                page.item(item, report, lesson)
            page.line()
        page.line("Tasks", style="bold")
        for task in lesson.tasks:
            page.task(task, [each for each in report.checks if each.id in task.checks])
        page.line()
    failures = [check for check in report.checks if check.needs_telling]
    for place, check in enumerate(failures):
        if place == 0 or expand:
            page.failure(check, lesson, report.checks)
        else:
            if place == 1:
                page.line("Also not passed", style="bold")
            page.short(check, lesson, report.checks)
    if len(failures) > 1 and not expand:
        page.line()
    page.summary(report, lesson, failures, part=part, following=following)


class Page:
    """A console, in the symbols that its encoding has, at most 80 columns wide."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(WIDTH, console.width)
        self._encoding = console.encoding
        try:
            "".join(map(chr, _ASCII)).encode(self._encoding)
            self._plain = False
        except (UnicodeEncodeError, LookupError):
            self._plain = True

    def carried(self, text: str) -> str:
        """The text in characters that the console's encoding has."""
        if not self._plain:
            return text
        text = text.translate(_ASCII).translate(_TYPEWRITER)
        return text.encode(self._encoding, "backslashreplace").decode(self._encoding)

    def line(self, text: str = "", style: str = "") -> None:
        """One paragraph, wrapped, its own lines kept."""
        self._print(Text(self.carried(text), style=style))

    def command(self, text: str, command: str, style: str = "") -> None:
        """A sentence that ends with a command, which no line end may cut in two."""
        if cell_len(f"{text} {command}") <= self.width:
            self.line(f"{text} {command}", style=style)
        else:
            self.line(text, style=style)
            self._print(Text(self.carried(command), style=style), whole=True)

    def item(self, item: ItemResult, report: Report, lesson: Lesson) -> None:
        """Its state, its wording, and the task that it waits for."""
        open_ = [id_ for id_ in item.checks if report.check(id_).is_open]
        task = f" (task {lesson.task_of(open_[0]).id})" if open_ else ""
        self.row(
            f"{_SYMBOLS[item.outcome]} {item.outcome:<6}",
            item.text + task,
            _STYLES[item.outcome],
        )

    def task(self, task: Task, checks: list[CheckResult]) -> None:
        """A task with its mark, and how far it is; nothing of one that was not looked at."""
        if not checks:
            return
        outcomes = [check.outcome for check in checks]
        passed, all_ = outcomes.count(Outcome.PASSED), len(outcomes)
        symbol, style, note = "✗", "red", f" ({passed} of {all_})"
        if Outcome.ERROR in outcomes:
            symbol, style = "!", "magenta"
        elif passed == all_:
            symbol, style, note = "✓", "green", ""
        elif passed + (ungraded := outcomes.count(Outcome.NOT_GRADED)) == all_:
            symbol, style = ("✓", "green") if passed else ("·", "dim")
            note = f" ({ungraded} not graded here)"
        elif passed + outcomes.count(Outcome.BLOCKED) == all_:
            symbol, style, note = "·", "dim", " (waits)"
        self.row(f"{symbol} {task.id}", f"{task.title}{note}", style, width=7)

    def row(self, label: str, text: str, style: str, width: int = 9) -> None:
        """A label in a column of its own, and a text wrapped beside it."""
        table = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
        table.add_column(width=width, no_wrap=True, style=style)
        table.add_column(width=self._beside(width), overflow="fold")
        table.add_row(Text(self.carried(label)), Text(self.carried(text)))
        self._print(Padding(table, (0, 0, 0, 2)))

    def _beside(self, width: int) -> int:
        """The width of the text beside a label of that width."""
        return max(self.width - width - 4, 10)

    def _print(self, what: RenderableType, *, whole: bool = False) -> None:
        """Print it, without the blanks that fill up lines where nobody looks at a screen.

        It is wrapped at the page's width, unless it is to stay `whole`.
        """
        width = None if whole else self.width
        if self.console.is_terminal:
            self.console.print(what, width=width, soft_wrap=whole)
            return
        with self.console.capture() as captured:
            self.console.print(what, width=width, soft_wrap=whole)
        lines = (line.rstrip() for line in captured.get().splitlines())
        self.console.file.write("".join(f"{line}\n" for line in lines))

    def failure(self, check: CheckResult, lesson: Lesson, among: Iterable[CheckResult]) -> None:
        """The four parts of a failure, and what waits for it among the results."""
        own_fault = check.outcome is Outcome.ERROR
        symbol = "!" if own_fault else "✗"
        self.line(f"{symbol} {check.title}", style="bold magenta" if own_fault else "bold red")
        self.parts(check, lesson, among)
        self.line()

    def parts(self, check: CheckResult, lesson: Lesson, among: Iterable[CheckResult]) -> None:
        """What a failure has to say under its title."""
        catalogue = lesson.course.catalogue
        wordings = [catalogue.item(id_).text for id_ in check.items]
        errata = {erratum.id: erratum for erratum in catalogue.errata}
        found = parts(check, wordings=wordings, lesson=lesson.id)
        printed = {label: found.pop(label) for label in ("Printed", "Try") if label in found}
        for label, text in found.items():
            self.row(label, printable(text), "bold")
        for erratum in (errata[id_] for id_ in check.errata):
            today = f"{erratum.id}, {erratum.where}: {erratum.today}"
            self.row("Today", printable(today), "bold")
        for label, text in printed.items():
            self.row(label, printable(text), "bold")
        if waits := waiting(check, among, "{} more {} until this is right."):
            self.row("Waiting", waits, "bold")
        if check.outcome is Outcome.ERROR:
            self.row("Note", "This is the checker's own fault, not yours.", "bold magenta")

    def short(self, check: CheckResult, lesson: Lesson, among: Iterable[CheckResult]) -> None:
        """One line: the task, what it lacks, and where a nudge is to be had."""
        task = lesson.task_of(check.id)
        if check.outcome is Outcome.ERROR:
            label, style, note = f"! {task.id}", "magenta", "the checker's own fault"
        else:
            label, style, note = f"✗ {task.id}", "red", command(f"hint {task.id}")
        note = f"({note}{waiting(check, among, '; {} more {} for it')})"
        joint = " " if cell_len(f"{check.title} {note}") <= self._beside(7) else "\n"
        self.row(label, f"{check.title}{joint}{note}", style, width=7)

    def look_again(self, lesson: Lesson) -> None:
        """What no check asks, for who has passed."""
        if lesson.look_again:
            self.line()
            self.line("Green, but look again:", style="bold")
            for question in lesson.look_again:
                self.row("·", question, "dim", width=1)
            self.line()

    def stretch(self, check: CheckResult | None, lesson: Lesson) -> None:
        """What goes beyond the lesson, for who has passed: where to read of it, or, once it was
        tried, whether it holds."""
        if check is None or check.outcome is Outcome.BLOCKED:
            return
        match check.outcome:
            case Outcome.NOT_TRIED:
                exercise = check.read.removeprefix("Stretch: ")
                self.line(f"If you like, a stretch: {exercise} (lessons/{lesson.id}/README.md)")
            case Outcome.PASSED | Outcome.NOT_GRADED:
                self.line(f"✓ Your stretch holds: {check.title}.", style="green")
            case _:
                self.line("Your stretch does not hold yet; the lesson is passed without it:")
                self.failure(check, lesson, ())
                return
        self.line()

    def summary(
        self,
        report: Report,
        lesson: Lesson,
        failures: list[CheckResult],
        *,
        part: bool,
        following: Task | None,
    ) -> None:
        """How far it is, and the next step."""
        done, all_ = report.passed_items, len(report.items)
        filled = 20 * done // all_ if all_ else 0
        bar = "█" * filled + "░" * (20 - filled)
        self.line(f"{bar} {done} of {all_} items passed", style="bold")
        for check in report.checks:
            if check.note and not check.is_open:
                self.row(f"· {lesson.task_of(check.id).id}", printable(check.note), "dim", width=7)
        match report.outcome:
            case Verdict.PASSED if part and following:
                self.line(f"That is right. Next: task {following.id}, {following.title}.")
            case Verdict.PASSED if part:
                self.command("That is right. The whole lesson:", command(f"check {lesson.number}"))
            case Verdict.PASSED:
                self.line(lesson.learnt)
                self.look_again(lesson)
                self.stretch(report.stretch, lesson)
                self.command("Your code beside the reference:", command(f"diff {lesson.number}"))
                self.command("Go on with:", command("start"))
            case Verdict.ERROR:
                self.line("The checker itself failed. Your work is not judged by that.")
                self.line(f"Please report it, with this run's seed: {report.seed}")
            case Verdict.FAILED if failures:
                task = lesson.task_of(failures[0].id)
                self.command(
                    f"Next: task {task.id}, {task.title}. A nudge:", command(f"hint {task.id}")
                )
                again = command(f"check {failures[0].id} --seed {report.seed}")
                self.command("The same random data again:", again, style="dim")
            case Verdict.FAILED:
                self.line("No check was made.")


def _by_section(
    items: Iterable[ItemResult], catalogue: Catalogue
) -> list[tuple[str, list[ItemResult]]]:
    """The items under the guideline's headings, in its order."""
    by_id = {item.id: item for item in items}
    sections = []
    for section in catalogue.sections:
        found = [by_id[item.id] for item in catalogue.in_section(section.id) if item.id in by_id]
        if found:
            sections.append((section.title, found))
    return sections


def waiting(check: CheckResult, among: Iterable[CheckResult], sentence: str) -> str:
    """How many checks the failure of this one blocks, or nothing."""
    count = sum(other.blocked_by == check.id for other in among)
    return sentence.format(count, "check waits" if count == 1 else "checks wait") if count else ""
