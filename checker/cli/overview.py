"""`checker list` and `checker guidelines`: all there is, with the learner's state."""

from typing import TYPE_CHECKING

from checker.cli.parameters import ProjectPath

if TYPE_CHECKING:
    from checker.workspace import Workspace


def list_lessons(path: ProjectPath = None) -> None:
    """List the lessons and where you are in them."""
    from checker.cli.console import console
    from checker.cli.lookup import curriculum

    workspace = _workspace(path)
    styles = {"passed": "green", "current": "bold"}
    terminal = console()
    for lesson in curriculum().lessons:
        state = workspace.state(lesson) if workspace else ""
        row = f"{lesson.id:<22} {state:<8} {lesson.minutes:>3} min  {lesson.title}"
        terminal.print(row, style=styles.get(state, ""), soft_wrap=True)


def guidelines(path: ProjectPath = None) -> None:
    """Print the guideline and what of it you have passed."""
    from checker.cli.console import console
    from checker.cli.lookup import curriculum
    from checker.report.guidelines_view import render_guidelines
    from checker.workspace import Progress

    workspace = _workspace(path)
    catalogue = curriculum().course.catalogue
    progress = workspace.progress if workspace else Progress()
    skipped = {id_ for id_, lesson in progress.lessons.items() if lesson.skipped}
    render_guidelines(catalogue, progress.items(), console(), skipped)


def _workspace(path: "ProjectPath") -> "Workspace | None":
    """The workspace, where there is one: without it everything is still to do."""
    from checker.cli.lookup import curriculum, find, open_workspace
    from checker.workspace import is_workspace

    root = find(path)
    return open_workspace(curriculum(), root) if is_workspace(root) else None
