"""`python -m checker.judge ROOT LESSON FD`: a judge with its checks collected, that forks to grade.

Each grading comes as a socket, with the request as a JSON line on it. What is answered there, as
JSON lines: the fork's process id, every result, and the report or why there can be none.
"""

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from checker.curriculum import Lesson, load_curriculum
from checker.errors import UserError
from checker.judge.grading import collect, report_of
from checker.judge.outcomes import Judge, first_of_all
from checker.judge.plugin import KEY
from checker.judge.server import preloaded
from checker.report import CheckResult
from checker.subject import Subject, subject_server
from checker.subject.forkserver import ForkServer, serve


class Loop:
    """A pytest plugin that forks to run the checks, as often as it is asked, in place of a run."""

    def __init__(self, lesson: Lesson, control: socket.socket, subjects: ForkServer) -> None:
        self._lesson = lesson
        self._control = control
        self._subjects = subjects
        self._broken: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._broken.append(report.longreprtext)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        def kept() -> set[int]:
            self._subjects.revive()
            return {self._subjects.pid} if self._subjects.pid else set()

        serve(self._control, lambda talk: self._grade(session, talk), kept)
        return True

    def _grade(self, session: pytest.Session, talk: socket.socket) -> None:
        began = time.monotonic()
        with talk.makefile("rwb") as stream:

            def tell(**what: Any) -> None:
                stream.write(json.dumps(what).encode() + b"\n")
                stream.flush()

            def tell_result(result: CheckResult) -> None:
                tell(result=result.model_dump_json())

            tell(pid=os.getpid())
            request = json.loads(stream.readline())
            folder = Path(request["folder"])
            subject = Subject(server=self._subjects, home=_made(folder / "home"))
            try:
                judge = Judge(
                    Path(request["submission"]),
                    seed=request["seed"],
                    deadline=request["deadline"],
                    subject=subject,
                    on_result=tell_result,
                    folder=_made(folder / "grading"),
                    databases=request["databases"],
                )
            except UserError as error:
                subject.close()
                tell(refused=[error.sentence, error.next_step])
                return
            judge.broken += self._broken
            session.config.stash[KEY] = judge
            _run(first_of_all(session.items, request["first"]))
            report = report_of(self._lesson, judge, began)
            judge.databases.close()  # on a server they would outlive us, if we were killed now
            tell(report=report.model_dump_json())
            judge.close()


def _run(items: list[pytest.Item]) -> None:
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main(root: Path, name: str, descriptor: int) -> None:
    lesson = load_curriculum(root).lesson(name)
    subjects = subject_server(preloaded(lesson))
    try:
        with socket.socket(fileno=descriptor) as control:
            collect(lesson, Loop(lesson, control, subjects))
    finally:
        subjects.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
