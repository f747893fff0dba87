"""The report on a terminal: 80 columns, plain where it is piped, never colour alone."""

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.curriculum import Lesson
from checker.guidelines import load_catalogue
from checker.report.model import CheckResult, ItemResult, Outcome, Report, Verdict
from checker.report.printable import printable

WIDTH = 80
_STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "red", Verdict.ERROR: "magenta"}
_SYMBOLS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.ERROR: "!"}
_ASCII = {"✓": "+", "✗": "x", "!": "!", "█": "#", "░": ".", "·": "-", "━": "-"}


def render(report: Report, lesson: Lesson, console: Console, *, expand: bool = False) -> None:
    """Print the report. The first failure is shown in full, the others too with `expand`."""
    page = Page(console)
    page.line()
    page.line(page.sign(f"{lesson.number} · {lesson.title}"), style="bold")
    page.line(page.sign("━") * page.width, style="dim")
    for section, items in _by_section(report.items):
        page.line(section, style="bold")
        for item in items:
            page.item(item, report, lesson)
        page.line()
    failures = [check for check in report.checks if _needs_telling(check)]
    for place, check in enumerate(failures):
        if place == 0 or expand:
            page.failure(check, lesson, report)
        else:
            if place == 1:
                page.line("Also not passed", style="bold")
            page.short(check, lesson)
    if len(failures) > 1 and not expand:
        page.line()
    page.summary(report, lesson, failures)


class Page:
    """A console, in the symbols that its encoding has, at most 80 columns wide."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(WIDTH, console.width)
        try:
            "".join(_ASCII).encode(console.encoding)
            self._plain = False
        except (UnicodeEncodeError, LookupError):
            self._plain = True

    def sign(self, text: str) -> str:
        """The text with symbols that can be printed."""
        return "".join(_ASCII.get(char, char) for char in text) if self._plain else text

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """One paragraph, wrapped, its own lines kept."""
        if self._plain:
            text = text.encode(self.console.encoding, "replace").decode(self.console.encoding)
        padded = Padding(Text(text, style=style), (0, 0, 0, indent))
        self._print(padded)

    def item(self, item: ItemResult, report: Report, lesson: Lesson) -> None:
        """Its state, its wording, and the task that it waits for."""
        open_ = [id_ for id_ in item.checks if report.check(id_).outcome is not Outcome.PASSED]
        task = f" (task {lesson.task_of(open_[0]).id})" if open_ else ""
        self.row(
            f"{self.sign(_SYMBOLS[item.outcome])} {item.outcome:<6}",
            item.text + task,
            _STYLES[item.outcome],
        )

    def row(self, label: str, text: str, style: str, width: int = 9) -> None:
        """A label in a column of its own, and a text wrapped beside it."""
        table = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
        table.add_column(width=width, no_wrap=True, style=style)
        table.add_column(width=self.width - width - 4, overflow="fold")
        if self._plain:
            text = text.encode(self.console.encoding, "replace").decode(self.console.encoding)
        table.add_row(Text(label), Text(text))
        self._print(Padding(table, (0, 0, 0, 2)))

    def _print(self, what: RenderableType) -> None:
        """Print it, without the blanks that fill up lines where nobody looks at a screen."""
        if self.console.is_terminal:
            self.console.print(what, width=self.width)
            return
        with self.console.capture() as captured:
            self.console.print(what, width=self.width)
        lines = (line.rstrip() for line in captured.get().splitlines())
        self.console.file.write("".join(f"{line}\n" for line in lines))

    def failure(self, check: CheckResult, lesson: Lesson, report: Report) -> None:
        """The four parts of a failure, and what waits for it."""
        own_fault = check.outcome is Outcome.ERROR
        symbol = self.sign("!" if own_fault else "✗")
        self.line(f"{symbol} {check.title}", style="bold magenta" if own_fault else "bold red")
        catalogue = load_catalogue()
        wordings = [catalogue.item(id_).text for id_ in check.items]
        errata = {erratum.id: erratum for erratum in catalogue.errata}
        waiting = [other for other in report.checks if other.blocked_by == check.id]
        place = f"{check.location.file}:{check.location.line}" if check.location else ""
        parts = [
            ("Where", place),
            ("Asked", "; ".join(wordings)),
            ("Seen", check.seen),
            ("Wanted", check.wanted),
            ("Why", check.why),
            ("Read", f"lessons/{lesson.id}/README.md, “{check.read}”" if check.read else ""),
            *(
                ("Guideline", f"{id_}, {errata[id_].where}: {errata[id_].today}")
                for id_ in check.errata
            ),
            ("Waiting", f"{len(waiting)} more {_checks(waiting)} until this is right."),
        ]
        for label, text in parts:
            if text and (label != "Waiting" or waiting):
                self.row(label, printable(text), "bold")
        if own_fault:
            self.row("Note", "This is the checker's own fault, not yours.", "bold magenta")
        self.line()

    def short(self, check: CheckResult, lesson: Lesson) -> None:
        task = lesson.task_of(check.id)
        symbol = self.sign("!" if check.outcome is Outcome.ERROR else "✗")
        self.row(f"{symbol} {task.id}", f"{check.title} (checker hint {task.id})", "red", width=7)

    def summary(self, report: Report, lesson: Lesson, failures: list[CheckResult]) -> None:
        """How far it is, and the next step."""
        done, all_ = report.passed_items, len(report.items)
        filled = round(20 * done / all_) if all_ else 0
        bar = self.sign("█" * filled + "░" * (20 - filled))
        self.line(f"{bar} {done} of {all_} items passed", style="bold")
        match report.outcome:
            case Verdict.PASSED:
                self.line(lesson.learnt)
                self.line("Your code beside the reference: checker diff · go on: checker start")
            case Verdict.ERROR:
                self.line("The checker itself failed. Your work is not judged by that.")
                self.line(f"Please report it, with this run's seed: {report.seed}")
            case Verdict.FAILED:
                task = lesson.task_of(failures[0].id)
                self.line(f"Next: task {task.id}, {task.title}. A nudge: checker hint {task.id}")


def _needs_telling(check: CheckResult) -> bool:
    """Blocked checks are shown as a number under their cause."""
    return check.outcome not in (Outcome.PASSED, Outcome.BLOCKED)


def _by_section(items: Iterable[ItemResult]) -> list[tuple[str, list[ItemResult]]]:
    """The items under the guideline's headings, in its order."""
    by_id = {item.id: item for item in items}
    catalogue = load_catalogue()
    sections = []
    for section in catalogue.sections:
        found = [by_id[item.id] for item in catalogue.in_section(section.id) if item.id in by_id]
        if found:
            sections.append((section.title, found))
    return sections


def _checks(checks: list[CheckResult]) -> str:
    return "check waits" if len(checks) == 1 else "checks wait"
