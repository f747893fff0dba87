"""What can be graded: the folder of a project."""

from pathlib import Path

from checker.curriculum import Course
from checker.errors import UserError


def project_folder(path: Path, course: Course) -> Path:
    """The path resolved. Raises UserError where it is no project that could be graded."""
    if not path.exists():
        raise UserError(f"There is no folder {path}.", "Give the project's folder with --path.")
    if not path.is_dir():
        raise UserError(f"{path} is a file.", "Give the project's folder with --path.")
    if not (path / course.marker).is_dir():
        raise UserError(
            f"{path} is no project: it holds no {course.marker}/ folder.",
            "Give the project's folder with --path, or make one with: checker start",
        )
    return path.resolve()
