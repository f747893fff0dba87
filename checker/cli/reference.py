"""`checker diff` and `checker solution`: the reference, once a lesson is passed."""

from typing import TYPE_CHECKING

import typer

from checker.cli.parameters import LessonName, ProjectPath, Reveal

if TYPE_CHECKING:
    from rich.console import Console


def diff(lesson: LessonName = None, path: ProjectPath = None, reveal: Reveal = False) -> None:
    """Compare your files (-) with the reference's (+)."""
    from checker.cli.console import console
    from checker.cli.lookup import opened
    from checker.workspace import diff as compared

    place = opened(path)
    chosen = place.lesson(lesson)
    if not reveal:
        place.show_answers(chosen, "diff")
    different = compared(place.curriculum, place.root, chosen)
    if not different:
        typer.echo(f"Your files of lesson {chosen.number} are the reference's, to the letter.")
    terminal = console()
    for file in different:
        if told := file.lacks():
            terminal.print(told, style="bold", soft_wrap=not terminal.is_terminal)
        _print_code(terminal, file.text, "diff")


def solution(lesson: LessonName = None, path: ProjectPath = None, reveal: Reveal = False) -> None:
    """Print the reference's files of a lesson."""
    from checker.cli.console import console
    from checker.cli.lookup import opened
    from checker.curriculum.composition import solution as files_of

    place = opened(path)
    chosen = place.lesson(lesson)
    if not reveal:
        place.show_answers(chosen, "solution")
    terminal = console()
    for name, file in sorted(files_of(chosen).items()):
        terminal.print(f"# --- {name}", style="bold", soft_wrap=True)
        language = {".py": "python", ".toml": "toml", ".ini": "ini"}.get(file.suffix, "text")
        _print_code(terminal, file.read_text(encoding="utf-8"), language)


def _print_code(terminal: "Console", code: str, language: str) -> None:
    """In colour on a terminal; otherwise byte for byte, so that it can be piped on."""
    if not terminal.is_terminal:
        typer.echo(code, nl=not code.endswith("\n"))
        return
    from rich.syntax import Syntax

    terminal.print(Syntax(code, language, theme="ansi_dark", background_color="default"))
