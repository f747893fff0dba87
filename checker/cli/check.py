"""`checker check`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli import completion
from checker.cli.chosen import chosen
from checker.cli.parameters import ProjectPath
from checker.errors import UserError

if TYPE_CHECKING:
    from checker.curriculum import Lesson, Task
    from checker.report import Report


class Format(StrEnum):
    TERMINAL = "terminal"
    JSON = "json"
    JUNIT = "junit"
    GITHUB = "github"


def check(
    lessons: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LESSON",
            help="Lessons to grade, or parts of one: 05, 05.2, 05.conflict; all that you have come"
            " to; else the current one.",
            autocompletion=completion.parts,
        ),
    ] = None,
    *,
    path: ProjectPath = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TERMINAL,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Write to a file instead; - is standard output."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="NUMBER", help="Repeat an earlier run's random data."),
    ] = None,
    deadline: Annotated[
        float,
        typer.Option(
            "--deadline", metavar="SECONDS", min=0.1, help="Seconds for each request to your code."
        ),
    ] = 10.0,
    all_failures: Annotated[
        bool, typer.Option("--all-failures", help="Show every failure in full.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only what failed, and the last lines.")
    ] = False,
) -> None:
    """Grade your project, or another with --path.

    Exit code: 0 all passed, 1 something failed, 2 used wrongly, 3 the checker's own fault.
    """
    raise typer.Exit(
        run(
            names=lessons or [],
            path=path,
            format_=format_,
            output=output,
            seed=seed,
            deadline=deadline,
            all_failures=all_failures,
            quiet=quiet,
        )
    )


def run(
    *,
    names: list[str],
    path: Path | None,
    format_: Format = Format.TERMINAL,
    output: Path | None = None,
    seed: int | None = None,
    deadline: float = 10.0,
    all_failures: bool = False,
    quiet: bool = False,
) -> int:
    """Grade, print and remember. Returns the exit code."""
    from checker.cli.grading import exit_code, grade_all, remember
    from checker.cli.output import refuse

    parts, root = asked(names, path)
    refuse(output)
    reports = grade_all(parts, root, seed=seed, deadline=deadline)
    graded = list(zip(reports, parts.values(), strict=True))
    remember(
        root, [each for each, part in graded if not part], [each for each, part in graded if part]
    )
    _print(reports, parts, format_, output, all_failures, root=root, quiet=quiet)
    return exit_code(reports)


def asked(names: list[str], path: Path | None) -> "tuple[dict[Lesson, set[str]], Path]":
    """The lessons of these names, else the current one, each with the checks asked for (none: all),
    and the project's folder."""
    from checker.cli.lookup import curriculum, find, open_workspace, opened, shown
    from checker.workspace import is_workspace

    root = find(path)
    known = curriculum()
    if is_workspace(root):
        place = open_workspace(known, root)
        lessons = chosen(known, names, place.current)
        return lessons or {place.current: set()}, root
    lessons = chosen(known, names)
    if not lessons and path is not None and root.is_dir():
        raise UserError(
            f"{shown(root)} has no progress that would say which lesson to check.",
            f"Name the lesson: checker check 01 --path {shown(root)}",
        )
    return lessons or {opened(path).current: set()}, root


def files_of(lesson: "Lesson", root: Path) -> dict[str, str]:
    """By check, the first file of its task's that the project has."""
    from checker.workspace import first_file

    return {
        check: file
        for task in lesson.tasks
        if (file := first_file(root, task))
        for check in task.checks
    }


def _following(lesson: "Lesson", root: Path) -> "Task | None":
    """The task that is to be done next, as far as the lesson was graded."""
    from checker.workspace import is_workspace, load, open_task

    return (
        open_task(lesson, load(root).progress.of(lesson.id).failing) if is_workspace(root) else None
    )


def _print(
    reports: "list[Report]",
    parts: "dict[Lesson, set[str]]",
    format_: Format,
    output: Path | None,
    all_failures: bool,
    *,
    root: Path,
    quiet: bool,
) -> None:
    from checker.cli.output import STANDARD_OUTPUT, deliver

    if format_ is Format.JSON:
        from checker.report.as_json import to_json

        deliver(to_json(reports), output, root)
    elif format_ is Format.JUNIT:
        from checker.report.junit import to_junit

        deliver(to_junit(reports), output, root)
    elif format_ is Format.GITHUB:
        from checker.cli.lookup import seen_from_repository
        from checker.report.github import to_github

        files = {check: file for lesson in parts for check, file in files_of(lesson, root).items()}
        deliver(to_github(reports, seen_from_repository(root), files), output, root)
    else:
        import io

        from checker.cli.console import console
        from checker.report.terminal import render

        page = io.StringIO()
        is_file = output not in (None, STANDARD_OUTPUT)
        terminal = console(page) if is_file else console()
        for report, (lesson, part) in zip(reports, parts.items(), strict=True):
            following = _following(lesson, root) if part else None
            render(
                report,
                lesson,
                terminal,
                expand=all_failures,
                part=bool(part),
                following=following,
                quiet=quiet,
            )
        if is_file:
            deliver(page.getvalue(), output, root)
