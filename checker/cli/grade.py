"""`checker grade`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli import completion
from checker.cli.endings import FAILED, OWN_FAULT, PASSED, Stopped
from checker.errors import UserError

if TYPE_CHECKING:
    from checker.batch import Row
    from checker.curriculum import Curriculum, Lesson

BUDGET = 900.0
"""Seconds for one submission in one lesson: beyond what the slowest reference takes."""


def grade(
    submissions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SUBMISSIONS",
            help="A folder with a folder or an archive (.zip, .tar.gz) for each student, a CSV file"
            " with the columns student and path, or single archives.",
        ),
    ],
    *,
    lesson: Annotated[
        list[str] | None,
        typer.Option(
            "--lesson",
            "-l",
            metavar="LESSON",
            help="The lesson to grade by, again for each further one; all is every lesson.",
            autocompletion=completion.lessons,
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option("--output", metavar="FILE", help="The table, as CSV; - is standard output."),
    ] = Path("gradebook.csv"),
    gradebook: Annotated[
        Path,
        typer.Option(
            "--gradebook", metavar="FILE", help="What was graded is kept here, and not done twice."
        ),
    ] = Path("gradebook.db"),
    reports: Annotated[
        Path | None,
        typer.Option(
            "--reports", metavar="DIR", help="Write each student's reports, as text and as JSON."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="N", min=1, help="How many at once; else all cores."),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit", metavar="SECONDS", min=1, help="For one submission in one lesson."
        ),
    ] = BUDGET,
    again: Annotated[
        bool, typer.Option("--again", help="Grade also what the gradebook has already.")
    ] = False,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust-submissions", help="Run their code without a sandbox, with all that you may."
        ),
    ] = False,
) -> None:
    """Grade a class: each submission, once, into a table.

    A run that was stopped goes on when the same command is given again, and later only what has
    changed is graded. Exit code: 0 all graded, 1 something could not be graded, 2 used wrongly,
    3 the checker's own fault.
    """
    from checker.batch import Gradebook, Run, to_csv
    from checker.cli.grade_reports import write_reports
    from checker.cli.grade_view import View, say_totals
    from checker.cli.lookup import curriculum
    from checker.cli.output import STANDARD_OUTPUT, deliver, refuse
    from checker.ingest import submissions as listed
    from checker.judge.session.grader import cores

    known = curriculum()
    lessons = _lessons(known, lesson or [])
    isolation = _isolation(trust=trust)
    refuse(output)
    ours = [output, gradebook, *([reports] if reports else [])]
    found = listed(submissions, known.course.marker, but=ours)
    with Gradebook(gradebook) as book:
        with View() as view:
            run = Run(
                book,
                known,
                isolation=isolation,
                jobs=jobs or cores(),
                budget=time_limit,
                tell=view.tell,
            )
            try:
                run.grade(lessons, found, again=again)
            except KeyboardInterrupt:
                raise _stopped(view.done, view.total, gradebook, again=again) from None
        rows = book.rows()
        if reports:
            write_reports(book, lessons, reports)
    deliver(to_csv(rows), output, None)
    ids, students = {each.id for each in lessons}, {each.student for each in found}
    graded = [row for row in rows if row.lesson in ids and row.student in students]
    say_totals(graded, lessons, view, isolation, to_stderr=output == STANDARD_OUTPUT)
    raise typer.Exit(_exit_code(graded))


def _lessons(known: "Curriculum", names: list[str]) -> "list[Lesson]":
    """In the course's order. Raises UserError."""
    if not names:
        raise UserError(
            "Which lesson are they graded by?",
            "Say so: --lesson 06, more than once for more, or --lesson all",
        )
    if any(name.lower() == "all" for name in names):
        return list(known.lessons)
    named = [known.lesson(name) for name in names]
    return [lesson for lesson in known.lessons if lesson in named]


def _isolation(*, trust: bool) -> str:
    """The level at which to grade. Raises UserError where none is safe and nobody is trusted."""
    from checker.subject import PLAIN, levels, obstacle, reached

    if trust:
        return PLAIN
    level = reached()
    if level.is_safe:
        return level.name
    safe = [each.name for each in levels() if each.is_safe]
    why = f": {obstacle(safe[0])}" if safe else ""
    raise UserError(
        f"No sandbox can be had here for the code of strangers{why}.",
        "Where you trust everyone who has handed in, add: --trust-submissions",
    )


def _stopped(done: int, total: int, gradebook: Path, *, again: bool) -> Stopped:
    if total == 0:
        return Stopped("Stopped. Nothing was graded yet.")
    without = ", without --again" if again else ""
    return Stopped(
        f"Stopped. {done} of {total} gradings are done, and kept in {gradebook}.\n"
        f"To go on, give the same command again{without}."
    )


def _exit_code(rows: "list[Row]") -> int:
    from checker.batch import Status

    statuses = {row.status for row in rows}
    if Status.ERROR in statuses:
        return OWN_FAULT
    return FAILED if Status.UNGRADABLE in statuses else PASSED
