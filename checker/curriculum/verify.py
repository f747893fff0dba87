"""The invariants of lessons that can be held without grading anything."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.curriculum.checks import FOLDERS, declared_checks, parsed
from checker.curriculum.composition import base, is_dropping, overlay, solution, solved, starter
from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum
from checker.curriculum.reached import module_files
from checker.curriculum.starters import generate
from checker.curriculum.stretch import EDITS, new_files, place
from checker.curriculum.wrong_answers import load, unfit
from checker.errors import UserError
from checker.guidelines import Kind

_PUBLIC = frozenset({"checker.judge", "checker.judge.evidence"})
"""What a check may import of the checker, beside the course's kit."""

_ALLOWED = frozenset({"README.md", "lesson.toml", "starter", *FOLDERS})
_CHECK_FILES = {
    "checks": r"test_\w+\.py|probes\.py|mutants\.toml|refactors/.+",
    "stretch": r"test_stretch\.py|probes\.py|mutants\.toml",
}


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: where, and what in one sentence."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


def verify_structure(curriculum: Curriculum, lesson: Lesson) -> list[Finding]:
    """Everything that is wrong with one lesson's files."""
    rules: list[Callable[[Curriculum, Lesson], Iterator[Finding]]] = [
        _starter_in_step,
        _nothing_twice,
        _starter_only_adds,
        _checks_listed,
        _checks_import_the_public_face,
        _names_exist,
        _files_known,
        _supersedes_exist,
        _mark_is_the_learners,
        _items_proved,
        _errata_exist,
        _no_stray_file,
        _each_check_proved,
        _wrong_answers_fit,
        _stretch_apart,
    ]
    found: list[Finding] = []
    for rule in rules:
        try:
            found += rule(curriculum, lesson)
        except UserError as error:
            found.append(Finding(lesson.id, error.sentence))
    return list(dict.fromkeys(found))  # several rules trip over one unreadable file


def verify_folders(curriculum: Curriculum) -> list[Finding]:
    """Folders of lessons, solutions or wrong answers that belong to no lesson."""
    known = {lesson.id for lesson in curriculum.lessons}
    shared = {curriculum.root / "lessons" / name for name in ("kit", curriculum.course.guideline)}
    return [
        Finding(f"{parent}/{path.name}", "belongs to no lesson.")
        for parent in ("lessons", "solutions", "tests/wrong_answers", "tests/stretch")
        for path in sorted((curriculum.root / parent).glob("*"))
        if path.is_dir() and path.name not in known and path not in shared
        if not is_dropping(Path(path.name))
    ]


def _starter_in_step(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    wanted = generate(curriculum, lesson)
    there = {name: path.read_bytes() for name, path in starter(lesson).items()}
    for name in sorted(wanted.keys() | there.keys() | set(lesson.handwritten)):
        where = f"lessons/{lesson.id}/starter/{name}"
        if name in lesson.handwritten:
            if name not in there:
                yield Finding(where, "is listed as handwritten and is missing.")
        elif name not in there:
            yield Finding(where, "is missing. Run: checker dev build")
        elif name not in wanted:
            yield Finding(where, "does not come from the solution. Run: checker dev build")
        elif wanted[name] != there[name]:
            yield Finding(where, "is not in step with the solution. Run: checker dev build")


def _files_known(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    """What a task says to be about is there once the lesson is solved."""
    known = solved(curriculum, lesson)
    for task in lesson.tasks:
        for name in task.files:
            if name not in known:
                yield Finding(
                    f"lessons/{lesson.id}/lesson.toml",
                    f"task {task.id} is about {name}, which no solution has.",
                )


def _nothing_twice(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    inherited = base(curriculum, lesson)
    for name, path in solution(lesson).items():
        if name in inherited and inherited[name].read_bytes() == path.read_bytes():
            yield Finding(f"solutions/{lesson.id}/{name}", "is identical to what it inherits.")


def _starter_only_adds(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    inherited = base(curriculum, lesson)
    for name in starter(lesson):
        if name in inherited:
            yield Finding(
                f"lessons/{lesson.id}/starter/{name}",
                "would overwrite a file of an earlier lesson; a starter only adds.",
            )


def _checks_listed(_: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    where = f"lessons/{lesson.id}"
    declared, listed = declared_checks(lesson).keys(), set(lesson.all_checks)
    for id_ in sorted(listed - declared):
        yield Finding(f"{where}/lesson.toml", f"lists {id_}, which no check in checks/ is.")
    for id_ in sorted(declared - listed):
        yield Finding(f"{where}/checks", f"has the check {id_}, which no task lists.")
    for task in lesson.tasks:
        for name in re.findall(r"\b\d\d\.[a-z][a-z0-9-]*\b", " ".join(task.hints)):
            if name not in listed:
                yield Finding(f"{where}/lesson.toml", f"a hint names {name}: no such check.")


def _checks_import_the_public_face(_: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    for path in (each for name in FOLDERS for each in sorted((lesson.folder / name).glob("*.py"))):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                if name.partition(".")[0] in ("checker", "lessons", "") and name not in _PUBLIC:
                    yield Finding(
                        f"lessons/{lesson.id}/{path.parent.name}/{path.name}:{node.lineno}",
                        f"imports {name}. Checks import {' and '.join(sorted(_PUBLIC))},"
                        " and the course's kit.",
                    )


def _names_exist(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    catalogue = curriculum.course.catalogue
    known = {
        "items": {item.id for item in catalogue.items if item.kind is not Kind.REFERENCE},
        "errata": {erratum.id for erratum in catalogue.errata},
        "needs": set(lesson.checks),
    }
    for id_, facts in declared_checks(lesson).items():
        for kind, names in known.items():
            for name in sorted(set(facts.get(kind, ())) - names):
                yield Finding(
                    f"lessons/{lesson.id}/checks", f"{id_} names {name} in {kind}: no such thing."
                )
        if not facts.get("items") and id_ != lesson.stretch:
            yield Finding(f"lessons/{lesson.id}/checks", f"{id_} proves no item.")
        order = lesson.checks
        for need in facts.get("needs", ()):
            if {need, id_} <= set(order) and order.index(need) > order.index(id_):
                yield Finding(
                    f"lessons/{lesson.id}/lesson.toml", f"lists {id_} before {need}, its need."
                )


def _supersedes_exist(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    where = f"lessons/{lesson.id}/lesson.toml"
    earlier = {id_ for each in curriculum.up_to(lesson) for id_ in each.checks}
    for id_ in sorted({each.check for each in lesson.supersedes} - earlier):
        yield Finding(where, f"supersedes {id_}, no earlier lesson's check.")
    if lesson.supersedes and not lesson.mark:
        yield Finding(where, "supersedes checks, and has no mark of who has come so far.")


def _mark_is_the_learners(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    if not lesson.mark:
        return
    where, files = f"lessons/{lesson.id}/lesson.toml", set(module_files(lesson.mark))
    if not files & solution(lesson).keys():
        yield Finding(where, f"names the mark {lesson.mark}, which its solution does not have.")
    if files & {*base(curriculum, lesson), *starter(lesson)}:
        yield Finding(where, f"names the mark {lesson.mark}, which is there before it is solved.")


def _items_proved(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    proved = {name for facts in declared_checks(lesson).values() for name in facts.get("items", ())}
    for item in curriculum.course.catalogue.items:
        introduced = item.lesson == lesson.id and item.kind is not Kind.REFERENCE
        if introduced and item.id not in proved:
            yield Finding(
                f"lessons/{lesson.id}", f"introduces {item.id}, which none of its checks proves."
            )


def _errata_exist(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    known = {erratum.id for erratum in curriculum.course.catalogue.errata}
    caught = {
        name for facts in declared_checks(lesson).values() for name in facts.get("errata", ())
    }
    for name in sorted(set(lesson.errata) - known):
        yield Finding(f"lessons/{lesson.id}/lesson.toml", f"names {name}: no such erratum.")
    for name in sorted(set(lesson.errata) & known - caught):
        yield Finding(f"lessons/{lesson.id}", f"teaches {name}, which none of its checks catches.")


def _no_stray_file(_: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    for path in sorted(lesson.folder.iterdir()):
        if path.name not in _ALLOWED and not is_dropping(Path(path.name)):
            yield Finding(f"lessons/{lesson.id}/{path.name}", "is no part of a lesson.")
    for folder, known in _CHECK_FILES.items():
        for name in overlay(lesson.folder / folder):
            if not re.fullmatch(known, name):
                yield Finding(f"lessons/{lesson.id}/{folder}/{name}", "is no check module.")
    if not (lesson.folder / "README.md").is_file():
        yield Finding(f"lessons/{lesson.id}/README.md", "is missing.")
    if not solution(lesson):
        yield Finding(f"solutions/{lesson.id}", "is missing.")
    for name in solution(lesson):
        if name.endswith((".db", ".log")):
            yield Finding(f"solutions/{lesson.id}/{name}", "is left over from a run.")


def _each_check_proved(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    where = f"tests/wrong_answers/{lesson.id}"
    wrong_answers = load(curriculum, lesson)
    for id_ in sorted(lesson.all_checks):
        if id_ not in {wrong.check for wrong in wrong_answers}:
            yield Finding(where, f"has no wrong answer for {id_}.")
    for wrong in wrong_answers:
        if wrong.check not in lesson.all_checks:
            yield Finding(f"{where}/{wrong.path.name}", f"names {wrong.check}: no such check.")
        for id_ in sorted(set(wrong.also) - set(lesson.checks)):
            yield Finding(f"{where}/{wrong.path.name}", f"names {id_} in also: no such check.")
    for name in overlay(curriculum.root / where):
        if "/" in name or not name.endswith(".toml"):
            yield Finding(f"{where}/{name}", "is no wrong answer.")


def _wrong_answers_fit(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    for wrong, sentence in unfit(curriculum, lesson):
        yield Finding(f"tests/wrong_answers/{lesson.id}/{wrong.path.name}", sentence)


def _stretch_apart(curriculum: Curriculum, lesson: Lesson) -> Iterator[Finding]:
    """What goes beyond a lesson is one check of its own, under a heading of its own."""
    where, exercise = f"lessons/{lesson.id}", place(lesson).as_posix()
    for id_, facts in declared_checks(lesson).items():
        if bool(facts.get("stretch")) != (id_ == lesson.stretch):
            yield Finding(where, f"{id_} is the stretch by its declaration or by lesson.toml only.")
        elif id_ == lesson.stretch and (facts.get("items") or facts.get("needs")):
            yield Finding(where, f"{id_} is the stretch: it proves no item, and names no needs.")
        elif id_ == lesson.stretch and not str(facts.get("read")).startswith("Stretch: "):
            yield Finding(where, f"{id_} is the stretch: read begins with 'Stretch: '.")
    if bool(lesson.stretch) != bool(overlay(curriculum.root / exercise)):
        yield Finding(exercise, "goes with a stretch in lesson.toml; one of them is missing.")
    for name in sorted(new_files(curriculum, lesson).keys() & solved(curriculum, lesson).keys()):
        yield Finding(f"{exercise}/{name}", f"is the solution's: what changes goes into {EDITS}.")
