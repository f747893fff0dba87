"""The learner's files against the reference's."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from checker.curriculum import Curriculum, Lesson
from checker.curriculum.composition import solution, solved
from checker.workspace.moving import content


@dataclass(frozen=True)
class FileDiff:
    """One file that differs, as a unified diff from the learner's to the reference's."""

    file: str
    text: str


def diff(curriculum: Curriculum, root: Path, lesson: Lesson) -> list[FileDiff]:
    """Compare the files that the lesson's solution adds or changes. Equal files are left out."""
    reference = solved(curriculum, lesson)
    found = []
    for file in sorted(solution(lesson)):
        theirs = reference[file].read_bytes()
        mine = content(root / file)
        if mine != theirs:
            found.append(FileDiff(file, _unified(file, mine, theirs)))
    return found


def _unified(file: str, mine: bytes | None, theirs: bytes) -> str:
    try:
        before = "" if mine is None else mine.decode()
        after = theirs.decode()
    except UnicodeDecodeError:
        return f"{file}: not UTF-8 text, and it differs.\n"
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        "/dev/null" if mine is None else f"mine/{file}",
        f"reference/{file}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
