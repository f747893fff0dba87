"""One grading by several workers: forks of a process that has the lesson's checks collected.

Each worker has evidence of its own and does one check after another, as the crew hands them out: a
check begins when those that it needs have an outcome. What is said between them is JSON lines.
"""

import json
import os
import selectors
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from checker.errors import UserError
from checker.judge.outcomes import Judge, blocked_by, declared, expected_by, result_of
from checker.judge.plugin import KEY
from checker.judge.unmet import Blocked
from checker.report import CheckResult, Outcome

OnOutcome = Callable[[CheckResult, frozenset[str]], None]
"""Told of each outcome, and of the project's files that the check has read."""


@dataclass
class Work:
    """The checks that are still to be handed out, in order, and what came out so far."""

    waiting: list[str]
    needs: Mapping[str, Sequence[str]]
    results: dict[str, CheckResult] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    """The checks that are done, also those that gave no outcome."""
    urgent: frozenset[str] = frozenset()
    """Checks that do not wait for those needs which are `believed` to pass, as they did before."""
    believed: frozenset[str] = frozenset()

    def next(self) -> str | None:
        """The first check whose needs are all done; None while there is none.

        Rather than that a worker does nothing, what is believed counts as done.
        """
        likely = self.ended | self.believed
        ready = [
            id_
            for id_ in self.waiting
            if (likely if id_ in self.urgent else self.ended).issuperset(self.needs[id_])
        ]
        ready = ready or [id_ for id_ in self.waiting if likely.issuperset(self.needs[id_])]
        if not ready:
            return None
        self.waiting.remove(ready[0])
        return ready[0]


@dataclass
class Worker:
    """The crew's handle on one worker."""

    talk: socket.socket
    said: bytes = b""
    check: str = ""
    """What it does, or has done last."""


def checks_among(items: Iterable[pytest.Item]) -> dict[str, pytest.Item]:
    """The items that are checks, by id, in their order."""
    return {expected_by(item): item for item in items if declared(item)}


def needs_of(items: Mapping[str, pytest.Item]) -> dict[str, tuple[str, ...]]:
    """What each check needs, as far as it is among them."""
    return {
        id_: tuple(need for need in declaration.needs if need in items)
        for id_, item in items.items()
        if (declaration := declared(item))
    }


def retract(
    items: Mapping[str, pytest.Item], results: dict[str, CheckResult]
) -> Iterator[CheckResult]:
    """The checks that ran too early: what they need was believed to pass, and did not.

    They are blocked now, as they would have been in their turn.
    """
    changed = True
    while changed:
        changed = False
        for id_, item in items.items():
            declaration, result = declared(item), results.get(id_)
            if declaration is None or result is None or result.outcome is Outcome.BLOCKED:
                continue
            if by := blocked_by(declaration, results):
                results[id_] = result_of(id_, declaration, Blocked(by), result.duration_ms)
                changed = True
                yield results[id_]


def work_together(crew: Sequence[Worker], work: Work, on_outcome: OnOutcome) -> None:
    """Do all the work.

    Raises UserError where a worker has no evidence to work with, EOFError where one was killed.
    """
    with selectors.DefaultSelector() as ready:
        for worker in crew:
            ready.register(worker.talk, selectors.EVENT_READ, worker)
        idle: list[Worker] = []  # the last one first: it remembers what the next check may ask
        while True:
            while idle and (id_ := work.next()):
                _hand_out(idle.pop(), id_, work)
            if len(idle) == len(crew):
                return
            for key, _ in ready.select():
                for message in _messages(key.data):
                    _note(key.data, message, work, on_outcome)
                    idle.append(key.data)


def _note(worker: Worker, message: dict[str, Any], work: Work, on_outcome: OnOutcome) -> None:
    """Take down what a worker says: that it is there, or what came out."""
    if refused := message.get("refused"):
        raise UserError(*refused)
    if "result" in message:
        work.ended.add(worker.check)
        if message["result"]:
            result = CheckResult.model_validate_json(message["result"])
            work.results[result.id] = result
            on_outcome(result, frozenset(message["read"]))


def _hand_out(worker: Worker, id_: str, work: Work) -> None:
    needed = [work.results[need] for need in work.needs[id_] if need in work.results]
    worker.check = id_
    say(worker.talk, check=id_, needed=[result.model_dump_json() for result in needed])


def _messages(worker: Worker) -> Iterator[dict[str, Any]]:
    """What a worker has said by now, line by line. Raises EOFError where it was killed."""
    data = worker.talk.recv(1 << 20)
    if not data:
        raise EOFError("a worker was killed")
    *lines, worker.said = (worker.said + data).split(b"\n")
    yield from (json.loads(line) for line in lines)


@contextmanager
def hired(
    items: Mapping[str, pytest.Item], judges: Sequence[Callable[[], Judge]]
) -> Iterator[list[Worker]]:
    """A worker for each of the judges, which is made in its process. They end with the block."""
    crew: list[Worker] = []
    pids: list[int] = []
    for make_judge in judges:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                ours.close()
                for other in crew:
                    other.talk.close()
                _work(items, make_judge, theirs)
                status = 0
            finally:
                os._exit(status)
        theirs.close()
        crew.append(Worker(ours))
        pids.append(pid)
    try:
        yield crew
    finally:
        for worker in crew:
            worker.talk.close()
        for pid in pids:
            os.waitpid(pid, 0)


def say(talk: socket.socket, **what: Any) -> None:
    """Send one JSON line."""
    talk.sendall(json.dumps(what).encode() + b"\n")


def _work(
    items: Mapping[str, pytest.Item], make_judge: Callable[[], Judge], talk: socket.socket
) -> None:
    """Be a worker, until the crew hangs up."""
    with talk.makefile("rb") as stream:
        tell = partial(say, talk)
        try:
            judge = make_judge()
        except UserError as error:
            tell(refused=[error.sentence, error.next_step])
            return
        try:
            tell(here=True)
            for line in stream:
                request = json.loads(line)
                for told in request["needed"]:
                    needed = CheckResult.model_validate_json(told)
                    judge.results[needed.id] = needed
                item = items[request["check"]]
                item.config.stash[KEY] = judge
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                result = judge.results.get(request["check"])
                tell(result=result and result.model_dump_json(), read=sorted(judge.source.read))
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            judge.close()
