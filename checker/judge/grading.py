"""Grades one submission against one lesson."""

import os
import sys
import time
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path

from checker.curriculum import Course, Lesson
from checker.curriculum.checks import declared_checks
from checker.errors import UserError
from checker.guidelines import Catalogue
from checker.judge.databases.server import preloaded
from checker.report import CheckResult, ItemResult, Outcome, Report, verdict
from checker.subject import Subject, isolate


def grade(
    lesson: Lesson,
    submission: Path,
    *,
    seed: int | None = None,
    deadline: float = 10.0,
    on_result: Callable[[CheckResult], None] | None = None,
) -> Report:
    """Run the lesson's checks against a project tree and report every one of them.

    `deadline` is in seconds, for each request to the submission's code. `on_result` is called as
    each check ends. Raises UserError where `submission` is no project, KeyboardInterrupt when
    stopped.
    """
    submission = project_folder(submission, lesson.course)
    began = time.monotonic()
    isolation = isolate(preloaded(lesson))  # its imports run beside our own
    try:
        from checker.judge.outcomes import Judge

        judge = Judge(
            submission,
            seed=seed,
            deadline=deadline,
            subject=Subject(isolation=isolation),
            on_result=on_result,
        )
        try:
            collect(lesson, judge)
        finally:
            judge.close()
    finally:
        isolation.close()
    return report_of(
        lesson,
        judge.results,
        broken=judge.broken,
        isolation=isolation.name,
        seed=judge.seed,
        began=began,
    )


def report_of(
    lesson: Lesson,
    results: Mapping[str, CheckResult],
    *,
    broken: Sequence[str],
    isolation: str,
    seed: int,
    began: float,
    only: Container[str] | None = None,
) -> Report:
    """What a grading has shown, of all checks or of some only.

    `began` is when it began, by the monotonic clock.
    """
    expected = [id_ for id_ in lesson.checks if only is None or id_ in only]
    checks = tuple(results.get(id_) or _missing(id_, lesson, broken) for id_ in expected)
    return Report(
        lesson=lesson.id,
        outcome=verdict([check.outcome for check in checks]),
        isolation=isolation,
        seed=seed,
        duration_ms=round((time.monotonic() - began) * 1000),
        items=_items(checks, lesson.course.catalogue),
        checks=checks,
    )


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


def collect(lesson: Lesson, runner: object) -> None:
    """Start pytest, collect the lesson's checks and run them, with `runner` as a plugin.

    Nothing of the environment or of any configuration file has a say in it. Raises
    KeyboardInterrupt.
    """
    import pytest

    from checker.judge import plugin

    course = lesson.course
    kit = ("-p", "kit.fixtures") if course.kit and (course.kit / "fixtures.py").is_file() else ()
    known = set(sys.modules)
    others = {name: sys.modules.pop(name) for name in known if name.partition(".")[0] == "kit"}
    sys.path.insert(0, str(course.folder))
    before = {name: os.environ.pop(name, None) for name in _PYTESTS}
    code = pytest.main(
        [
            str(lesson.folder / "checks"),
            *("-c", os.devnull, "--rootdir", str(lesson.folder), "--noconftest"),
            *("--import-mode=importlib", "--assert=plain", "--capture=no", "--strict-markers"),
            *("--disable-plugin-autoload", "--continue-on-collection-errors"),
            *(f"-pno:{name}" for name in _UNUSED),
            *kit,
        ],
        plugins=[plugin, runner],
    )
    for name, value in before.items():  # graded from inside a pytest run, for one
        if value is not None:
            os.environ[name] = value
    sys.path.remove(str(course.folder))
    for name in set(sys.modules) - (known - others.keys()):  # another course has the same names
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).is_relative_to(course.folder):
            del sys.modules[name]
    sys.modules |= others
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt


_PYTESTS = ("PYTEST_VERSION", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
"""Variables by which a pytest is told what to do; what they say is not meant for a grading."""

_UNUSED = ("terminal", "cacheprovider", "logging", "faulthandler", "junitxml", "doctest")
"""pytest's own plugins that a grading has no use for."""


def _missing(id_: str, lesson: Lesson, broken: Sequence[str]) -> CheckResult:
    """A check that gave no outcome is our own fault. It is not a pass, for none of its items."""
    try:
        items = tuple(declared_checks(lesson)[id_]["items"])
    except (KeyError, SyntaxError, UserError):
        items = ()
    reason = f" {broken[0].strip().splitlines()[-1]}" if broken else ""
    return CheckResult(
        id=id_,
        title=id_,
        items=items,
        outcome=Outcome.ERROR,
        seen=f"The checker itself failed: this check gave no outcome.{reason}",
    )


def _items(checks: tuple[CheckResult, ...], catalogue: Catalogue) -> tuple[ItemResult, ...]:
    """Each item that the checks prove, in the guideline's order, with one verdict."""
    proved: dict[str, list[CheckResult]] = {}
    for check in checks:
        for item in check.items:
            proved.setdefault(item, []).append(check)
    return tuple(
        ItemResult(
            id=item.id,
            text=item.text,
            outcome=verdict([check.outcome for check in proved[item.id]]),
            checks=tuple(check.id for check in proved[item.id]),
        )
        for item in catalogue.items
        if item.id in proved
    )
