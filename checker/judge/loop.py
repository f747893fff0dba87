"""The warm judge: has the checks collected, and forks for each grading.

Each grading comes as a socket, with the request as a JSON line on it. What is answered there, as
JSON lines: the fork's process id, every result, and the report or why there can be none.
"""

import json
import os
import random
import socket
import time
from functools import partial
from pathlib import Path

import pytest

from checker.curriculum import Lesson
from checker.errors import UserError
from checker.judge.crew import Work, checks_among, hired, needs_of, retract, say, work_together
from checker.judge.grading import report_of
from checker.judge.outcomes import Judge, first_of_all, with_needs
from checker.judge.rehearsal import rehearse
from checker.report import CheckResult
from checker.subject import Isolation, Snapshot, Subject
from checker.subject.forkserver import serve
from checker.subject.snapshot import remove


class Loop:
    """A pytest plugin that forks to run the checks, as often as it is asked, in place of a run."""

    def __init__(self, lesson: Lesson, control: socket.socket, isolation: Isolation) -> None:
        self._lesson = lesson
        self._control = control
        self._isolation = isolation
        self._broken: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._broken.append(report.longreprtext)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        def kept() -> set[int]:
            self._isolation.revive()
            return set(self._isolation.processes)

        rehearse(self._lesson)

        serve(self._control, lambda talk: self._grade(session, talk), kept)
        return True

    def _grade(self, session: pytest.Session, talk: socket.socket) -> None:
        began = time.monotonic()
        with talk.makefile("rb") as stream:
            tell = partial(say, talk)

            def tell_result(result: CheckResult, read: frozenset[str]) -> None:
                tell(result=result.model_dump_json(), read=sorted(read))

            tell(pid=os.getpid())
            request = json.loads(stream.readline())
            seed = random.randrange(10**6) if request["seed"] is None else request["seed"]
            folder = Path(request["folder"])
            items = checks_among(session.items)
            needs = needs_of(items)
            if only := request["only"]:
                only = with_needs(only, needs)
                items = {id_: item for id_, item in items.items() if id_ in only}
                needs = needs_of(items)
            first, believed = request["first"], frozenset(request["believed"])
            longest = sorted(items, key=lambda id_: -request["took"].get(id_, 0))
            waiting = first_of_all(longest, needs, first, believed)
            work = Work(waiting, needs, urgent=frozenset(first), believed=believed)
            try:
                snapshot = Snapshot(Path(request["submission"]), _made(folder / "submission"))
                judges = [
                    partial(self._judge, snapshot, _made(folder / name), seed, request["deadline"])
                    for name in request["databases"]
                ]
                with hired(items, judges) as crew:
                    work_together(crew, work, tell_result)
                    for result in retract(items, work.results):
                        tell_result(result, frozenset())
                    report = report_of(
                        self._lesson,
                        work.results,
                        broken=self._broken,
                        isolation=self._isolation.name,
                        seed=seed,
                        began=began,
                        only=only or None,
                    )
                    tell(report=report.model_dump_json())
            except UserError as error:
                tell(refused=[error.sentence, error.next_step])
            remove(folder)

    def _judge(self, snapshot: Snapshot, folder: Path, seed: int, deadline: float) -> Judge:
        """A worker's own, with its evidence in an empty folder."""
        subject = Subject(isolation=self._isolation, home=_made(folder / "home"))
        try:
            return Judge(
                snapshot.root,
                seed=seed,
                deadline=deadline,
                subject=subject,
                snapshot=snapshot.share(_made(folder / "grading")),
                databases=folder.name,
            )
        except BaseException:
            subject.close()
            raise


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
