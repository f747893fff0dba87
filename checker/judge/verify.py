"""The invariants of lessons that only grading can show."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

from checker.curriculum import Curriculum, Lesson
from checker.curriculum.composition import solved, start, starter, write
from checker.curriculum.mutants.covered import uncovered
from checker.curriculum.stretch import place, write_stretched
from checker.curriculum.verify import Finding, verify_folders, verify_structure
from checker.curriculum.wrong_answers import WrongAnswer, apply, load, unfit
from checker.errors import UserError
from checker.judge.claim import UNREAD
from checker.judge.session import Graders
from checker.report import CheckResult, Outcome, Report, Verdict


def verify(
    curriculum: Curriculum,
    lessons: list[Lesson],
    *,
    wrong_answers: bool = True,
    jobs: int = 1,
    tell: Callable[[Finding], None] = lambda _: None,
) -> Iterator[tuple[str, list[Finding]]]:
    """Hold the lessons to every invariant: each step's name and its findings, as it is done.

    Wrong answers are graded `jobs` at a time. What is found of one beside others counts where it
    is found again when that is graded by itself; where nothing is, `tell` is told of it.
    """
    yield "folders", verify_folders(curriculum)
    for lesson in lessons:
        yield f"{lesson.id}: files", verify_structure(curriculum, lesson)
        yield f"{lesson.id}: mutants", verify_mutants(curriculum, lesson)
        with Graders() as graders:
            yield f"{lesson.id}: solution", verify_solution(curriculum, lesson, graders)
            yield f"{lesson.id}: starter", verify_starter(curriculum, lesson, graders)
            if lesson.stretch:
                yield f"{lesson.id}: stretch", verify_stretch(curriculum, lesson, graders)
        if wrong_answers:
            yield from _verify_wrong_answers(curriculum, lesson, jobs, tell)


def _verify_wrong_answers(
    curriculum: Curriculum, lesson: Lesson, jobs: int, tell: Callable[[Finding], None]
) -> Iterator[tuple[str, list[Finding]]]:
    doubtful: list[tuple[WrongAnswer, list[Finding]]] = []
    with ExitStack() as stack:
        free: SimpleQueue[Graders] = SimpleQueue()
        for _ in range(jobs):
            free.put(stack.enter_context(Graders()))
        pool = ThreadPoolExecutor(jobs)
        stack.callback(pool.shutdown, cancel_futures=True)

        def verified(wrong: WrongAnswer) -> list[Finding]:
            graders = free.get()
            try:
                return verify_wrong_answer(curriculum, lesson, wrong, graders)
            finally:
                free.put(graders)

        wrong_answers = list(_gradable(curriculum, lesson))
        for wrong, findings in zip(wrong_answers, pool.map(verified, wrong_answers), strict=True):
            if findings and jobs > 1:
                doubtful.append((wrong, findings))
            else:
                yield f"{lesson.id}: wrong answer {wrong.name}", findings
    with Graders() as graders:
        for wrong, findings in doubtful:
            again = verify_wrong_answer(curriculum, lesson, wrong, graders)
            if not again:
                for finding in findings:
                    tell(finding)
            yield f"{lesson.id}: wrong answer {wrong.name}", again


DEADLINE = 60.0
"""Seconds for a request to a submission's code, however busy the machine is."""


def verify_solution(curriculum: Curriculum, lesson: Lesson, graders: Graders) -> list[Finding]:
    """The reference passes every check of its lesson, and each says what it has looked at."""
    where = f"solutions/{lesson.id}"
    with _folder() as folder:
        write(solved(curriculum, lesson), folder)
        marker = curriculum.course.marker
        if not (folder / marker).is_dir():
            return [Finding(where, f"makes no project: there is no {marker}/ folder.")]
        report = graders.grade(lesson, folder, deadline=DEADLINE)
    return [
        *_not_passed(report, where),
        *_not_as(report, where, Outcome.NOT_TRIED),
        *_without_evidence(report, lesson),
    ]


def verify_stretch(curriculum: Curriculum, lesson: Lesson, graders: Graders) -> list[Finding]:
    """The stretch exercise holds, and the reference with it still passes every check."""
    where = place(lesson).as_posix()
    with _folder() as folder:
        write_stretched(curriculum, lesson, folder)
        report = graders.grade(lesson, folder, deadline=DEADLINE)
    return [*_not_passed(report, where), *_not_as(report, where, Outcome.PASSED)]


def _not_passed(report: Report, where: str) -> Iterator[Finding]:
    for check in report.checks:
        if check.is_open:
            yield Finding(where, f"does not pass {check.id}: {_described(check)}")


def _without_evidence(report: Report, lesson: Lesson) -> Iterator[Finding]:
    for check in report.checks:
        if check.outcome is Outcome.PASSED and check.evidence is None:
            yield Finding(lesson.id, f"{check.id} passes, and has looked at no evidence.")


def _not_as(report: Report, where: str, outcome: Outcome) -> Iterator[Finding]:
    """Whether the stretch exercise came out so, where there is one that can be graded here."""
    check = report.stretch
    if check and check.outcome not in (outcome, Outcome.BLOCKED, Outcome.NOT_GRADED):
        yield Finding(where, f"{check.id} is not {outcome}: {check.outcome} {_described(check)}")


def verify_mutants(curriculum: Curriculum, lesson: Lesson) -> list[Finding]:
    """The lesson's mutants were run as it is now, and those that survive are explained.

    None is graded for it: `checker dev mutants` does that, and writes down what it covered.
    """
    try:
        return [Finding(*found) for found in uncovered(curriculum, lesson)]
    except UserError as error:
        return [Finding(lesson.id, error.sentence)]


def verify_starter(curriculum: Curriculum, lesson: Lesson, graders: Graders) -> list[Finding]:
    """The starter imports, and fails every item as unfinished work does and not as broken work."""
    where = f"lessons/{lesson.id}/starter"
    with _folder() as folder:
        write(start(curriculum, lesson), folder)
        marker = curriculum.course.marker
        if not (folder / marker).is_dir():
            return [Finding(where, f"makes no project: there is no {marker}/ folder.")]
        found = [
            Finding(where, sentence) for sentence in _imports(folder, list(starter(lesson)), marker)
        ]
        report = graders.grade(lesson, folder, deadline=DEADLINE)
    found += [
        Finding(where, f"passes {item.id} as it is.")
        for item in report.items
        if item.outcome is Verdict.PASSED
    ]
    for check in report.checks:
        if check.outcome in (Outcome.ERROR, Outcome.TIMED_OUT) or UNREAD in check.seen:
            found.append(Finding(where, f"{check.id}: {check.outcome}: {check.seen}"))
        elif any(word in check.seen for word in ("ImportError", "ModuleNotFound", "Traceback")):
            found.append(Finding(where, f"{check.id} fails by an import: {check.seen}"))
    return found


def verify_wrong_answer(
    curriculum: Curriculum,
    lesson: Lesson,
    wrong: WrongAnswer,
    graders: Graders,
    *,
    alone: bool = True,
) -> list[Finding]:
    """A wrong answer fails its check, that check alone, and says so in the words promised.

    Not `alone`: other checks than its own, and what that needs, are not looked at, which takes less
    time.
    """
    where = f"tests/wrong_answers/{lesson.id}/{wrong.path.name}"
    with _folder() as folder:
        try:
            apply(curriculum, lesson, wrong, folder)
        except UserError as error:
            return [Finding(where, error.sentence.removeprefix(f"{wrong.path.name}: "))]
        report = graders.grade(
            lesson, folder, only=() if alone else (wrong.check,), deadline=DEADLINE
        )
    if report.check(wrong.check).outcome is Outcome.NOT_GRADED:
        return []  # nor can it be proved here
    return [Finding(where, sentence) for sentence in (*_judged(report, wrong), *_unread(report))]


def _gradable(curriculum: Curriculum, lesson: Lesson) -> Iterator[WrongAnswer]:
    """The wrong answers that can be graded; `verify_structure` tells of the others."""
    with suppress(UserError):
        stale = {wrong.name for wrong, _ in unfit(curriculum, lesson)}
        for wrong in load(curriculum, lesson):
            if wrong.check in lesson.all_checks and wrong.name not in stale:
                yield wrong


def _judged(report: Report, wrong: WrongAnswer) -> Iterator[str]:
    target = report.check(wrong.check)
    if target.outcome not in (Outcome.FAILED, Outcome.TIMED_OUT):
        yield f"does not fail {wrong.check}: {target.outcome} {_described(target)}".rstrip()
        return
    message = _described(target)
    for words in wrong.seen:
        if words not in message:
            yield f"the message of {wrong.check} does not say {words!r}: {message}"
    for erratum in wrong.errata:
        if erratum not in target.errata:
            yield f"{wrong.check} does not name {erratum}."
    expected = {wrong.check, *wrong.also}
    for check in report.checks:
        if check.outcome is Outcome.BLOCKED and check.blocked_by in expected:
            continue
        if check.id not in expected and check.is_open:
            yield f"also fails {check.id}: {check.outcome} {_described(check)}"
        elif check.id in wrong.also and check.outcome is Outcome.PASSED:
            yield f"passes {check.id}, which it lists under also."


def _unread(report: Report) -> Iterator[str]:
    """A sentence for each check that was given what it is not made for."""
    for check in report.checks:
        if UNREAD in check.seen:
            yield f"{check.id} cannot read its evidence: {check.seen}"


def _described(check: CheckResult) -> str:
    place = f"{check.location.file}:{check.location.line}" if check.location else ""
    return " ".join(text for text in (place, check.seen, check.wanted, check.why) if text)


def _imports(folder: Path, files: list[str], package: str) -> Iterator[str]:
    """A sentence for the first module of the starter that does not import, where there is one."""
    modules = [
        name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for name in files
        if name.startswith(f"{package}/") and name.endswith(".py")
    ]
    code = "".join(f"print({module!r}, flush=True)\nimport {module}\n" for module in modules)
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        errors = done.stderr.strip().splitlines() or [f"it ends with exit code {done.returncode}"]
        yield f"{done.stdout.splitlines()[-1]} does not import: {errors[-1]}"


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="posts-verify-") as folder:
        yield Path(folder) / "project"
