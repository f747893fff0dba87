"""The worker's own side: in place of a run, pytest runs the checks that the session asks for."""

import gc
import os
import socket
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from checker.broker.choice import VARIABLE as KAFKA
from checker.broker.choice import Kind, chosen
from checker.curriculum import Lesson
from checker.errors import UserError
from checker.judge.databases.server import VARIABLE as POSTGRESQL
from checker.judge.databases.server import Server
from checker.judge.items import check_id, declaration_of
from checker.judge.judge import Judge
from checker.judge.plugin import KEY
from checker.judge.session.messages import (
    Begin,
    Malformed,
    Misunderstood,
    Ran,
    Ready,
    Refused,
    Reply,
    Request,
    Run,
    Started,
    decode_request,
    encode,
)
from checker.judge.session.warmup import exercise
from checker.subject import Isolation, Snapshot, Subject
from checker.subject.forkserver import serve
from checker.subject.isolation import HOME, Network
from checker.subject.limits import limit_data
from checker.subject.removal import remove

Send = Callable[[Reply], None]

MEMORY = 1024**3
"""Bytes that a worker may write to, and each process that it starts. A grading takes a tenth."""


class WorkerPlugin:
    """A pytest plugin: once the checks are collected, be a worker on the socket."""

    def __init__(self, lesson: Lesson, control: socket.socket, isolation: Isolation) -> None:
        self.lesson = lesson
        self.control = control
        self.isolation = isolation
        self._broken: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check module that cannot be collected is our own fault, never the learner's."""
        if report.failed:
            self._broken.append(report.longreprtext)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.loop(session)
        return True

    def loop(self, session: pytest.Session) -> None:
        self.work(session, self.control)

    def work(self, session: pytest.Session, control: socket.socket) -> None:
        """Work for one grading, until the session hangs up."""
        send = partial(_send, control)
        limit_data(MEMORY)
        with control.makefile("rb") as stream:
            try:
                send(Started(pid=os.getpid()))
                if line := stream.readline():
                    self._grade(_begin(line), session, stream, send)
            except UserError as error:
                send(Refused(sentence=error.sentence, next_step=error.next_step))
            except Malformed as error:
                send(Misunderstood(reason=str(error)))
            except (BrokenPipeError, ConnectionResetError):
                pass  # the session has hung up

    def _grade(
        self, begin: Begin, session: pytest.Session, requests: Iterable[bytes], send: Send
    ) -> None:
        judge = self._judge(begin)
        try:
            items = {check_id(item): item for item in session.items if declaration_of(item)}
            send(self._ready(items))
            for line in requests:
                send(_run(decode_request(line), items, judge, self.isolation))
        finally:
            judge.close()
            remove(Path(begin.folder))

    def _ready(self, items: dict[str, pytest.Item]) -> Ready:
        checks = {id_: found for id_, item in items.items() if (found := declaration_of(item))}
        return Ready(checks=checks, broken=tuple(self._broken), isolation=self.isolation.name)

    def _judge(self, begin: Begin) -> Judge:
        """This grading's, with its evidence. Raises UserError."""
        if self.isolation.network is Network.OWN:
            refuse_servers()
        kit = self.lesson.course.kit
        probes = [*self.lesson.folder.glob("*/probes.py"), *(kit.glob("probes*.py") if kit else ())]
        self.isolation.enclose(Path(begin.folder), probes)
        home, own = Path(begin.folder, HOME), Path(begin.folder, "grading")
        home.mkdir()
        own.mkdir()
        submission = Path(begin.submission)
        subject = Subject(isolation=self.isolation, home=home)
        try:
            return Judge(
                submission,
                seed=begin.seed,
                deadline=begin.deadline,
                subject=subject,
                snapshot=Snapshot(submission, own, taken=True),
                databases=begin.databases,
            )
        except BaseException:
            subject.close()
            raise


class ServerPlugin(WorkerPlugin):
    """As a `WorkerPlugin`, and forks one for each socket that it is sent on its own."""

    def loop(self, session: pytest.Session) -> None:
        def isolation() -> set[int]:
            self.isolation.revive()
            return set(self.isolation.processes)

        exercise(self.lesson)
        serve(self.control, partial(self.work, session), isolation)


def refuse_servers() -> None:
    """Raises UserError where a server is named that enclosed code cannot reach."""
    kafka = chosen().kind is not Kind.EMBEDDED
    if kafka or Server.named():
        variable = KAFKA if kafka else POSTGRESQL
        raise UserError(
            f"{variable} asks for a server that code in a sandbox cannot reach.",
            f"Grade without it: env -u {variable} checker …",
        )


def _begin(line: bytes) -> Begin:
    request = decode_request(line)
    if not isinstance(request, Begin):
        raise Malformed(f"{request.kind} before begin")
    return request


def _run(
    request: Request, items: dict[str, pytest.Item], judge: Judge, isolation: Isolation
) -> Ran:
    """Run one check. Raises Malformed where that is not what is asked for."""
    if not isinstance(request, Run):
        raise Malformed("a second begin")
    if request.check not in items:
        raise Malformed(f"there is no check {request.check}")
    judge.results |= {needed.id: needed for needed in request.needed}
    item = items[request.check]
    isolation.clear()
    item.config.stash[KEY] = judge
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    _forget()
    result = judge.results.get(request.check)
    files = frozenset(judge.source.read)
    return Ran(check=request.check, result=result, files_read=files)


def _forget() -> None:
    """Let go of what a check that has failed had in its hands: pytest keeps its traceback, and that
    would leave less memory to the next one."""
    failed = hasattr(sys, "last_value")
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        sys.__dict__.pop(name, None)
    if failed:
        gc.collect()


def _send(control: socket.socket, reply: Reply) -> None:
    control.sendall(encode(reply))
