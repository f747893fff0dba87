"""The submissions of a class: who has handed in, and where that is."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.errors import UserError
from checker.ingest.intake import ending
from checker.ingest.ungradable import shown

COLUMNS = ("student", "path")
_OTHER_ARCHIVES = (".rar", ".7z", ".tar.bz2", ".tar.xz", ".tar.zst", ".gz", ".bz2", ".xz")


@dataclass(frozen=True)
class Submission:
    """What one student has handed in. `problem` is why it cannot be graded, one sentence."""

    student: str
    path: Path
    problem: str = ""


def submissions(
    sources: Sequence[Path], marker: str, *, but: Collection[Path] = ()
) -> list[Submission]:
    """Those of every source, by student, each student once.

    A source is a folder that holds a folder or an archive for each student, a CSV file with the
    columns `student` and `path`, or one archive. What `but` names is none. Raises UserError.
    """
    found: dict[str, list[Submission]] = defaultdict(list)
    passed_over = {_place(path) for path in but}
    for source in sources:
        for each in _of(source, marker):
            if _place(each.path) not in passed_over:
                found[each.student].append(each)
    if not found:
        raise UserError(
            f"{sources[0]} holds no submission.",
            "It should hold a folder or an archive for each student.",
        )
    return [_single(found[student]) for student in sorted(found)]


def _of(source: Path, marker: str) -> Iterable[Submission]:
    if not source.exists():
        raise UserError(f"There is no {source}.", "Name the folder that holds the submissions.")
    if source.is_dir():
        if (source / marker).is_dir():
            raise UserError(
                f"{source} is a project itself, and not a folder of submissions.",
                f"To grade one project: checker check LESSON --path {source}",
            )
        return _in_folder(source)
    if source.suffix.lower() == ".csv":
        return _in_csv(source)
    if not ending(source):
        raise UserError(
            f"{source} is neither a folder nor an archive nor a CSV file.",
            "Name the folder that holds the submissions.",
        )
    return [_archive(source)]


def _in_folder(folder: Path) -> Iterator[Submission]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UserError(
            f"{folder} cannot be read: {error.strerror}.", "Give yourself permission to read it."
        ) from error
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            yield Submission(text(path.name), path, f"{shown(path.name)} is a symbolic link.")
        elif path.is_dir():
            yield Submission(text(path.name), path)
        elif ending(path):
            yield _archive(path)
        elif path.name.lower().endswith(_OTHER_ARCHIVES):
            problem = f"{shown(path.name)} is no archive that is read: .zip and .tar.gz are."
            yield Submission(text(path.name), path, problem)


def _archive(path: Path) -> Submission:
    return Submission(text(path.name[: -len(ending(path))]), path)


def _in_csv(file: Path) -> Iterator[Submission]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{file} cannot be read: {error}.", "Save it as CSV in UTF-8.") from error
    for number, row in enumerate(rows, start=2):
        student, path = (str(row.get(column) or "").strip() for column in COLUMNS)
        if not student or not path:
            raise UserError(
                f"Line {number} of {file} has no {COLUMNS[bool(student)]}.",
                "Each line needs both, under a first line that says: student,path",
            )
        yield Submission(student, file.parent / path)


def _single(found: Sequence[Submission]) -> Submission:
    first, *more = found
    if not more:
        return first
    both = f"{shown(str(first.path.name))} and {shown(str(more[0].path.name))}"
    return Submission(first.student, first.path, f"It was handed in twice: {both}.")


def _place(path: Path) -> Path:
    return path.parent.resolve() / path.name


def text(name: str) -> str:
    """A file's name as text that every encoding has."""
    return name.encode(errors="surrogateescape").decode(errors="replace")
