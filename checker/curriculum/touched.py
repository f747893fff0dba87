"""Which lessons were worked on since a commit."""

import shutil
import subprocess

from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum
from checker.errors import UserError


def touched(curriculum: Curriculum, commit: str) -> list[Lesson]:
    """The lessons with a changed file since that commit, not yet committed ones included.

    A lesson's files are in the folders of its name: text and checks, solution, wrong answers. What
    all lessons share, engine and kit, touches none. Raises UserError where git has no such commit.
    """
    listing = ("diff", "--name-only", "--no-renames", "-z", "--relative", commit, "--")
    changed = _git(curriculum, commit, *listing)
    changed += _git(curriculum, commit, "ls-files", "--others", "--exclude-standard", "-z")
    parts = {part for name in changed.split("\0") for part in name.split("/")[:-1]}
    return [lesson for lesson in curriculum.lessons if lesson.id in parts]


def _git(curriculum: Curriculum, commit: str, *arguments: str) -> str:
    try:
        done = subprocess.run(
            [shutil.which("git") or "git", "-C", str(curriculum.root), *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise UserError(
            f"git cannot tell what has changed since {commit!r}.",
            "Name a commit of this repository, in a clone with its history.",
        ) from error
    return done.stdout
