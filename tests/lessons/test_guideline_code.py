"""The guideline's own ✅ code: each lesson that it belongs to fails it, and points at its errata.

`tests/guideline_code/NN-name/` holds what the guideline prints for a lesson, file by file: with its
indentation, the imports that it leaves out and, around a method or a route that it prints alone,
the class or the router of another of its samples; otherwise as it is printed. Two samples that
contradict each other, such as two constructors of one service, are two folders.

Each TOML file is a case: printed files over solved(N), what is mended in them, and every check that
then fails. A first failure hides those behind it, so a case may come `after` another and mend no
more than what that one failed by; those are `make corpus`'s. Names that the service needs and no
sample has are failures as well, but no errata.

Nothing is printed for lesson 00, whose settings are a file name, nor for lesson 01, whose models
are a checklist. The project structure is the tree that all solutions have.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from checker.curriculum import Lesson
from checker.curriculum.composition import overlay, solved, write
from checker.curriculum.edits import Edit, change
from checker.curriculum.lesson import CheckId
from checker.curriculum.library import read_toml
from checker.curriculum.wrong_answers import Words
from checker.guidelines.catalogue import ErratumId
from checker.report import CheckResult, Outcome, Verdict

from .conftest import CURRICULUM

FOLDER = Path(__file__).parents[1] / "guideline_code"

NOT_PRINTED = {
    "00-settings": {"E48": "config.py is a name in the project structure"},
    "01-models": {
        "E06": "it is the service that asks before it stores: lesson 05",
        "E23": "it is the migration that has the column: lesson 02",
        "E40": "lazy loading and repr are lines of a checklist",
        "E45": "SQLAlchemy is named, and required nowhere",
    },
    "02-migrations": {
        "E19": "what fails is Alembic's own environment; the guideline prints the shell's command",
        "E25": "a comment: edit if necessary",
    },
    "04-repositories": {"E17": "no repository lists anything; it is the routes' ids: lesson 06"},
    "06-routes": {"E39": "nothing commits in get_db", "E41": "❌ code"},
    "08-tests": {"E34": "the engine that is printed stands in a fixture"},
}
"""By lesson, those of its errata that no ✅ code has, and why. E18, two commands of a shell in one
comment, is of no lesson."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Failure(_Data):
    """A check that fails, words of its message, and the errata that the message is about."""

    check: CheckId
    seen: Annotated[tuple[Words, ...], Field(min_length=1)]
    errata: tuple[ErratumId, ...] = ()


class Case(_Data):
    """Printed files over a solution, as far mended as it takes to show what is behind a failure."""

    why: str
    after: str = ""
    """Another case of the lesson, whose files and edits come first."""
    overlays: tuple[str, ...] = ()
    """Folders of `tests/guideline_code/`, later ones over earlier ones."""
    keep: dict[str, str] = {}
    """Files of the solution that stay, under other names, for all that is not printed."""
    mend: tuple[Edit, ...] = ()
    fails: Annotated[tuple[Failure, ...], Field(min_length=1)]
    """Every check that fails. Those that wait for one of them are not listed."""


def lesson_of(name: str) -> Lesson:
    return CURRICULUM.lesson(name.partition("/")[0])


CASES = {
    f"{path.parent.name}/{path.stem}": Case.model_validate(read_toml(path, path))
    for path in sorted(FOLDER.glob("*/*.toml"))
}
LESSONS = [
    lesson
    for lesson in CURRICULUM.lessons
    if lesson.id in NOT_PRINTED or any(lesson_of(name) is lesson for name in CASES)
]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.corpus if case.after else pytest.mark.slow)
        for name, case in CASES.items()
    ],
)
def test_a_report_says_what_is_wrong_with_the_guidelines_code(name, tmp_path, graders):
    report = graders.grade(lesson_of(name), written(name, tmp_path / "project"))
    assert report.outcome is Verdict.FAILED
    failed = {
        check.id: check
        for check in report.checks
        if check.outcome not in (Outcome.PASSED, Outcome.BLOCKED)
    }
    assert {id_: check.outcome for id_, check in failed.items()} == {
        failure.check: Outcome.FAILED for failure in CASES[name].fails
    }
    for failure in CASES[name].fails:
        check = failed[failure.check]
        assert [words for words in failure.seen if words not in told(check)] == [], told(check)
        assert set(failure.errata) <= set(check.errata), f"{check.id} does not name them"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_erratum_of_a_lesson_is_pointed_at_unless_no_code_has_it(lesson):
    pointed_at = {
        erratum
        for name, case in CASES.items()
        if lesson_of(name) is lesson
        for failure in case.fails
        for erratum in failure.errata
    }
    not_printed = NOT_PRINTED.get(lesson.id, {}).keys()
    assert set(lesson.errata) - pointed_at == not_printed


def test_all_that_is_printed_is_graded():
    printed = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*") if path.is_dir()}
    assert {folder for case in CASES.values() for folder in case.overlays} == printed


def steps(name: str) -> Iterator[Case]:
    """The case and those that it comes after, the first of them first."""
    case = CASES[name]
    if case.after:
        yield from steps(f"{lesson_of(name).id}/{case.after}")
    yield case


def written(name: str, to: Path) -> Path:
    """Write the project of a case into a new folder."""
    tree = dict(solved(CURRICULUM, lesson_of(name)))
    for step in steps(name):
        tree |= {kept: tree[file] for file, kept in step.keep.items()}
        for folder in step.overlays:
            tree |= overlay(FOLDER / folder)
    write(tree, to)
    for step in steps(name):
        for edit in step.mend:
            change(to, edit, name)
    return to


def told(check: CheckResult) -> str:
    """The place, what was seen and what was wanted."""
    place = f"{check.location.file}:{check.location.line}" if check.location else ""
    return f"{place} {check.seen} {check.wanted}"
