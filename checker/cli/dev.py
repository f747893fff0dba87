"""`checker dev …`: for those who write lessons."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli import completion
from checker.cli.mutants import mutants
from checker.cli.shape import Group

if TYPE_CHECKING:
    from checker.curriculum import Curriculum, Lesson

dev = typer.Typer(
    cls=Group,
    help="For maintainers: build, verify and compose lessons.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

dev.command()(mutants)

LessonNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LESSON", help="Some lessons; else all.", autocompletion=completion.lessons
    ),
]


@dev.command()
def build(lessons: LessonNames = None) -> None:
    """Generate the starters from the solutions."""
    from checker.curriculum.starters import build as build_starter

    curriculum, chosen = _chosen(lessons)
    for lesson in chosen:
        changed = build_starter(curriculum, lesson)
        for file in changed:
            typer.echo(f"{lesson.id}: {file}")
        if not changed:
            typer.echo(f"{lesson.id}: in step already")


@dev.command()
def verify(
    lessons: LessonNames = None,
    no_wrong_answers: Annotated[
        bool, typer.Option("--no-wrong-answers", help="Do not grade the wrong answers: quicker.")
    ] = False,
    since: Annotated[
        str, typer.Option("--since", metavar="COMMIT", help="Of these, only lessons changed since.")
    ] = "",
    jobs: Annotated[
        int,
        typer.Option("--jobs", min=0, metavar="N", help="Wrong answers at a time; 0: one a core."),
    ] = 0,
) -> None:
    """Hold the lessons to their invariants: a line and exit 1 for what does not hold.

    A wrong answer that does not hold beside others is graded once more, by itself.
    """
    from checker.cli.console import console
    from checker.cli.endings import FAILED
    from checker.curriculum.library import CurriculumError
    from checker.curriculum.touched import touched
    from checker.errors import UserError
    from checker.judge.session.grader import cores
    from checker.judge.verify import verify as verified

    try:
        curriculum, chosen = _chosen(lessons)
    except CurriculumError as error:
        typer.echo(error.sentence)
        raise typer.Exit(FAILED) from error
    if since:
        changed = touched(curriculum, since)
        chosen = [lesson for lesson in chosen if lesson in changed]
    count = 0
    with console(stderr=True).status("Verifying") as bar:
        try:
            run = verified(
                curriculum,
                chosen,
                wrong_answers=not no_wrong_answers,
                jobs=jobs or cores(),
                tell=lambda found: typer.echo(f"{found} Not so when graded by itself.", err=True),
            )
            for step, findings in run:
                bar.update(f"Verified {step}")
                count += len(findings)
                for finding in findings:
                    typer.echo(finding)
        except UserError as error:  # e.g. a solution that is no project
            typer.echo(error.sentence)
            count += 1
    if count:
        typer.echo(f"{count} {'thing does' if count == 1 else 'things do'} not hold.", err=True)
        raise typer.Exit(FAILED)
    names = ", ".join(lesson.id for lesson in chosen)
    typer.echo(f"{names or f'No lesson has changed since {since}'}: everything holds.")


@dev.command()
def matrix(lessons: LessonNames = None) -> None:
    """Print which wrong answers prove each check, and which checks each item.

    Exit 1 where a check has no wrong answer.
    """
    from checker.curriculum.checks import declared_checks
    from checker.curriculum.wrong_answers import load

    curriculum, chosen = _chosen(lessons)
    unproved = 0
    for lesson in chosen:
        declared = declared_checks(lesson)
        wrong = load(curriculum, lesson)
        items = sorted({item for facts in declared.values() for item in facts.get("items", ())})
        typer.echo(lesson.id)
        for item in items:
            typer.echo(f"  {item}")
            for id_, facts in declared.items():
                if item in facts.get("items", ()):
                    names = [each.path.stem for each in wrong if each.check == id_]
                    unproved += not names
                    typer.echo(f"    {id_:<26} {', '.join(names) or 'NO WRONG ANSWER'}")
    raise typer.Exit(min(unproved, 1))


@dev.command()
def compose(
    lesson: Annotated[
        str,
        typer.Argument(
            metavar="LESSON",
            help="01-models, 01, 1 or models.",
            autocompletion=completion.lessons,
        ),
    ],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A new or empty folder.")],
    starter: Annotated[
        bool, typer.Option("--starter", help="The project as the lesson begins, not solved.")
    ] = False,
) -> None:
    """Write the reference's project, solved up to and with a lesson, as a plain tree."""
    from checker.cli.lookup import curriculum
    from checker.curriculum.composition import solved, start, write

    known = curriculum()
    chosen = known.lesson(lesson)
    write(start(known, chosen) if starter else solved(known, chosen), to)
    typer.echo(f"{chosen.id} {'as it begins' if starter else 'solved'}: {to}")


def _chosen(names: list[str] | None) -> "tuple[Curriculum, list[Lesson]]":
    from checker.cli.lookup import curriculum

    known = curriculum()
    chosen = [known.lesson(name) for name in names] if names else list(known.lessons)
    return known, list(dict.fromkeys(chosen))
