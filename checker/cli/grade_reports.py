"""Each student's reports, as files to hand back."""

import hashlib
import io
import re
from collections.abc import Sequence
from pathlib import Path

from checker.batch import Gradebook
from checker.cli.console import console
from checker.curriculum import Lesson
from checker.errors import UserError
from checker.report.as_json import to_json
from checker.report.terminal import render


def write_reports(gradebook: Gradebook, lessons: Sequence[Lesson], folder: Path) -> None:
    """Write `STUDENT/LESSON.txt` and `.json` for each that was graded. Raises UserError."""
    for lesson in lessons:
        for student, report in gradebook.reports(lesson.id):
            page = io.StringIO()
            render(report, lesson, console(page), expand=True)
            here = folder / file_name(student)
            try:
                here.mkdir(parents=True, exist_ok=True)
                (here / f"{lesson.id}.txt").write_text(page.getvalue(), "utf-8", "replace")
                (here / f"{lesson.id}.json").write_text(
                    to_json([report], graded=True) + "\n", "utf-8"
                )
            except OSError as error:
                raise UserError(
                    f"{error.filename} cannot be written: {error.strerror}.",
                    "Name another folder: --reports DIR",
                ) from error


def file_name(student: str) -> str:
    """A student's name as that of a folder, another one for each student."""
    plain = re.sub(r"[^\w@. +-]", "_", student)[:50].strip(" .")
    if plain and plain == student:
        return plain
    return f"{plain}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"
