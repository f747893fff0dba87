"""What a shell offers for a word that is being typed.

It runs at each press of the tab key: nothing is written, and whatever goes wrong offers nothing.
"""

import contextlib
from pathlib import Path

import typer


def lessons() -> list[tuple[str, str]]:
    """The lessons' ids, with their titles for shells that show them."""
    with contextlib.suppress(Exception):
        from checker.cli.lookup import curriculum

        return [(lesson.id, lesson.title) for lesson in curriculum().lessons]
    return []


def tasks(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The current lesson's tasks; every lesson's once a word is begun, or where none is current."""
    with contextlib.suppress(Exception):
        from checker.cli.lookup import curriculum

        known = curriculum().lessons
        current = None if incomplete else _current(context.params.get("path"))
        chosen = [lesson for lesson in known if lesson.id == current] or known
        return [(task.id, task.title) for lesson in chosen for task in lesson.tasks]
    return []


def backups(context: typer.Context) -> list[tuple[str, str]]:
    """The project's backups, the newest first, with the number of files in each."""
    with contextlib.suppress(Exception):
        from checker.cli.lookup import find
        from checker.workspace import backups as all_of

        path = context.params.get("path")
        found = all_of(find(Path(path) if path else None, mended=False))
        return [(each.name, f"{len(each.files)} files") for each in found]
    return []


def parts(incomplete: str) -> list[tuple[str, str]]:
    """The lessons; once a lesson's number and a dot are typed, its tasks and checks."""
    with contextlib.suppress(Exception):
        from checker.cli.lookup import curriculum

        if "." in incomplete:
            lesson = curriculum().lesson(incomplete.partition(".")[0])
            checks = [(check, lesson.task_of(check).title) for check in lesson.checks]
            checks += [(lesson.stretch, "The stretch exercise")] if lesson.stretch else []
            return [*((task.id, task.title) for task in lesson.tasks), *checks]
    return lessons()


def bugs(context: typer.Context) -> list[tuple[str, str]]:
    """The bugs of the current lesson that are shown by now."""
    with contextlib.suppress(Exception):
        from checker.cli.lookup import curriculum, find
        from checker.workspace import open_in, shown_bugs

        named = context.params.get("path")
        workspace = open_in(curriculum(), find(Path(named) if named else None))
        return [(bug.name, bug.bug) for bug in shown_bugs(workspace.progress, workspace.current)]
    return []


def _current(path: str | Path | None) -> str | None:
    """The current lesson's id; unlike a command, it leaves a damaged progress file as it is."""
    from checker.cli.lookup import find
    from checker.workspace import Progress
    from checker.workspace.location import FOLDER
    from checker.workspace.progress import FILE

    file = find(Path(path) if path else None, mended=False) / FOLDER / FILE
    with contextlib.suppress(OSError, ValueError):
        return Progress.model_validate_json(file.read_bytes()).current
    return None
