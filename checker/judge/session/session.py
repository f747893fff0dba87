"""One grading from beginning to end: plans, hands checks to workers, reports, and cleans up."""

import random
import selectors
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from checker.curriculum import Lesson
from checker.errors import UserError
from checker.judge.session.cancellation import Cancellation, Cancelled
from checker.judge.session.messages import Begin, Misunderstood, Ran, Ready, Refused, Reply, Run
from checker.judge.session.schedule import Schedule
from checker.judge.session.summary import summarize
from checker.judge.session.workers import Worker, Workers
from checker.judge.unmet import Overdue
from checker.report import CheckResult, Report
from checker.subject import ProtocolError, Snapshot
from checker.subject.removal import remove

if TYPE_CHECKING:
    from checker.judge.databases.server import Server

MOST_LOST = 4
"""Workers that may die in a grading with a budget before it is given up."""
OVERDUE = "The grading was over its time of {:g} s before this check had ended."
LOST = "The judge's own process ended while it ran this check."

OnResult = Callable[[CheckResult, frozenset[str]], None]
"""Called with each result, and the project's files that the check has read."""


@dataclass(frozen=True)
class Assignment:
    """What is to be graded, and how. `deadline` is in seconds, for each request to the code.

    `first`, `only`, `assumed_passed` and `durations` are as `Schedule` has them.
    """

    lesson: Lesson
    submission: Path
    seed: int | None = None
    deadline: float = 10.0
    first: Sequence[str] = ()
    only: Sequence[str] = ()
    assumed_passed: frozenset[str] = frozenset()
    durations: Mapping[str, int] = field(default_factory=dict)
    budget: float | None = None
    """Seconds for all checks. With one, a worker that dies costs the check that it ran."""


class Session:
    """One grading by several workers, with a folder of its own, which does not exist yet."""

    def __init__(self, assignment: Assignment, folder: Path, on_result: OnResult) -> None:
        self.folder = folder
        self.workers: list[Worker] = []
        self._assignment = assignment
        self._on_result = on_result
        self._seed = random.randrange(10**6) if assignment.seed is None else assignment.seed
        self._schedule: Schedule | None = None
        self._ready: Ready | None = None
        self._source: Workers
        self._names: list[str] = []
        """What the databases of each worker are called."""
        self._checks: dict[Worker, str] = {}
        """What each worker runs."""
        self._lost = 0
        self._over = False
        """Whether the workers are to be killed, since the grading has taken too long."""
        self._idle: list[Worker] = []  # the last one first: it remembers what the next may ask

    def run(self, source: Workers, count: int, cancellation: Cancellation) -> Report:
        """Grade with that many workers.

        Raises Cancelled, UserError where the submission cannot be graded, EOFError where a worker
        was killed from outside.
        """
        began = time.monotonic()
        self._source = source
        server: Server | None = None
        finished = False
        try:
            for _ in range(count):
                self.workers.append(source.start())
            from checker.judge.databases import server as postgresql  # while they start

            server = postgresql.Server.named()
            self._names = [postgresql.new_name() for _ in self.workers]
            self._begin()
            self._work(cancellation)
            report = self._report(began)
            finished = not self._over
        finally:
            if finished:
                for worker in self.workers:
                    worker.dismiss(wait=server is not None)  # its databases go with it
            else:
                self._abort(server)
            source.release(self.workers)
        return report

    def _begin(self) -> None:
        """Copy the submission, and tell each worker where it is."""
        self.folder.mkdir()
        copy = self.folder / "submission"
        copy.mkdir()
        self._submission = Snapshot(self._assignment.submission, copy).root
        for worker, name in zip(self.workers, self._names, strict=True):
            self._send_begin(worker, name)

    def _send_begin(self, worker: Worker, name: str) -> None:
        own = self.folder / name
        own.mkdir()
        begin = Begin(
            submission=str(self._submission),
            folder=str(own),
            databases=name,
            seed=self._seed,
            deadline=self._assignment.deadline,
        )
        worker.send(begin)

    def _work(self, cancellation: Cancellation) -> None:
        """Hand out check after check, until none is left that could run."""
        budget = self._assignment.budget
        end: float | None = None
        woken, waker = socket.socketpair()
        with (
            woken,
            waker,
            selectors.DefaultSelector() as selector,
            cancellation.waking(lambda: waker.send(b".")),
        ):
            selector.register(woken, selectors.EVENT_READ)
            for worker in self.workers:
                selector.register(worker, selectors.EVENT_READ, worker)
            while self._schedule is None or self._schedule.running:
                if end is None and budget is not None and self._schedule is not None:
                    end = time.monotonic() + budget
                ready = selector.select(None if end is None else max(0.0, end - time.monotonic()))
                if cancellation.is_requested:
                    raise Cancelled
                for key, _ in ready:
                    try:
                        for reply in key.data.receive():
                            self._note(key.data, reply)
                    except EOFError:
                        self._lose(key.data, selector)
                self._hand_out()
                if end is not None and time.monotonic() > end:
                    self._give_up(Overdue(OVERDUE.format(budget), "Code that answers in time."))
                    return

    def _lose(self, worker: Worker, selector: selectors.BaseSelector) -> None:
        """A worker has died: that is an error of its check's, and another takes its place.

        Raises EOFError where that is worth beginning again.
        """
        check = self._checks.pop(worker, None)
        if self._assignment.budget is None or self._schedule is None or check is None:
            raise EOFError("a worker was killed")
        selector.unregister(worker)
        lost = self._schedule.fail(check, RuntimeError(LOST))
        self._on_result(lost, frozenset())
        self._lost += 1
        if self._lost < MOST_LOST:
            another, name = self._source.start(), f"{self._names[0]}-{self._lost}"
            self.workers.append(another)
            self._send_begin(another, name)
            selector.register(another, selectors.EVENT_READ, another)
        elif not self._checks:
            self._give_up(RuntimeError(LOST))

    def _give_up(self, reason: Exception) -> None:
        """What has not ended does not any more."""
        self._over = True
        if self._schedule is None:
            raise EOFError(str(reason))
        for result in self._schedule.give_up(reason):
            self._on_result(result, frozenset())

    def _hand_out(self) -> None:
        schedule = self._schedule
        while schedule and self._idle and (check := schedule.next()):
            needed = schedule.needed_results(check)
            worker = self._idle.pop()
            self._checks[worker] = check
            try:
                worker.send(Run(check=check, needed=needed))
            except EOFError:  # with a budget, that is seen once more when it is listened to
                if self._assignment.budget is None:
                    raise

    def _note(self, worker: Worker, reply: Reply) -> None:
        match reply:
            case Ready():
                if self._schedule is None:
                    self._ready = reply
                    self._schedule = self._planned(reply)
                self._idle.append(worker)
            case Ran(check=check, result=result):
                assert self._schedule is not None
                self._schedule.record(check, result)
                self._checks.pop(worker, None)
                self._idle.append(worker)
                if result is not None:
                    self._on_result(result, reply.files_read)
            case Refused():
                raise UserError(reply.sentence, reply.next_step)
            case Misunderstood():
                raise ProtocolError(reply.reason)

    def _planned(self, ready: Ready) -> Schedule:
        return Schedule(
            ready.checks,
            only=self._assignment.only,
            first=self._assignment.first,
            assumed_passed=self._assignment.assumed_passed,
            durations=self._assignment.durations,
        )

    def _report(self, began: float) -> Report:
        assert self._schedule is not None and self._ready is not None
        for result in self._schedule.block_premature():
            self._on_result(result, frozenset())
        return summarize(
            self._assignment.lesson,
            self._schedule,
            broken=self._ready.broken,
            isolation=self._ready.isolation,
            seed=self._seed,
            began=began,
        )

    def _abort(self, server: "Server | None") -> None:
        """End the workers, and remove what they have left behind."""
        for worker in self.workers:
            worker.kill()
        if server is not None:
            for name in self._names:
                server.remove(name)
        remove(self.folder)
