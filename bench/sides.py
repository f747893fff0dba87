"""What is measured: the four ways to grade, each as seconds for one grading, and checked."""

import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from bench import submissions
from checker.curriculum import Lesson
from checker.judge import Grader
from checker.report import CheckResult, Outcome, Report
from checker.watch.order import most_wanted

SCRIPTS = Path(sys.executable).parent


class Wrong(Exception):
    """A side did not come to the outcome that all have to come to: its time says nothing."""


class Floor:
    """`bench.floor`, a process that lives until `close`."""

    def __init__(self, lesson: Lesson) -> None:
        root = lesson.folder.parents[1]
        self._lesson = lesson
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-m", "bench.floor", str(root), lesson.id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.close()

    def grade(self, project: Path) -> float:
        began = time.perf_counter()
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(str(project)) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Wrong("The floor's process has ended.") from None
        passed = self._process.stdout.readline()
        spent = time.perf_counter() - began
        if passed.strip() != str(len(self._lesson.checks)):
            raise Wrong(f"On the floor, not every check of {self._lesson.id} passes.")
        return spent

    def close(self) -> None:
        """End the process, and remove what it made."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def warm(grader: Grader, project: Path) -> float:
    """As the watch mode grades, when nothing has changed."""
    began = time.perf_counter()
    report = grader.grade(project)
    spent = time.perf_counter() - began
    _passes(report)
    return spent


def saved(grader: Grader, project: Path, failed: str) -> tuple[float, float]:
    """As the watch mode grades after a save: seconds to the first verdict, and to the last.

    `failed` is the check that failed before. The first verdict is the one on that check: of others,
    which may well come before it, the learner has learnt nothing.
    """
    verdicts: list[float] = []

    def shown(result: CheckResult) -> None:
        if result.id == failed:
            verdicts.append(time.perf_counter())

    began = time.perf_counter()
    edited = {submissions.save(project)}
    checks, seen = grader.lesson.checks, grader.looked_at
    first = most_wanted(checks, failing={failed}, edited=edited, looked_at=seen)
    report = grader.grade(project, first=first, on_result=shown)
    ended = time.perf_counter()
    _passes(report)
    return verdicts[0] - began, ended - began


def warm_failing(grader: Grader, project: Path) -> float:
    """As `warm`, with a submission that fails most checks."""
    began = time.perf_counter()
    report = grader.grade(project)
    spent = time.perf_counter() - began
    failed = [check for check in report.checks if check.outcome is Outcome.FAILED]
    if len(failed) <= len(report.checks) / 2:
        raise Wrong(f"Of {len(report.checks)} checks of {report.lesson} only {len(failed)} fail.")
    return spent


def cold_pytest(lesson: Lesson, project: Path, *, may_fail: bool = False) -> float:
    """pytest in a fresh process, as an editor runs the checks."""
    checks = str(lesson.folder / "checks")
    command = ("pytest", "-q", "-p", "no:cacheprovider", checks, "--submission", str(project))
    return _cold(*command, ends=(0, 1) if may_fail else (0,))


def cold_check(lesson: Lesson, project: Path) -> float:
    """`checker check` in a fresh process."""
    return _cold("checker", "check", lesson.id, "--path", str(project))


def _cold(script: str, *arguments: str, ends: tuple[int, ...] = (0,)) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [str(SCRIPTS / script), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    spent = time.perf_counter() - began
    if done.returncode not in ends:
        told = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise Wrong(f"{script} ends with {done.returncode}: {' '.join(told)}")
    return spent


def _passes(report: Report) -> None:
    bad = [check for check in report.checks if check.outcome is not Outcome.PASSED]
    if bad:
        raise Wrong(f"Warm, {bad[0].id} of {len(bad)} does not pass: {bad[0].seen}")
