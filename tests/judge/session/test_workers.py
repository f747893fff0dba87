"""A worker refuses in words what it does not understand, and a session what a worker says."""

import contextlib
import socket
from pathlib import Path

import pytest

from checker.curriculum import load_curriculum
from checker.judge import Cancellation
from checker.judge.session.messages import (
    Begin,
    Malformed,
    Misunderstood,
    Ready,
    Run,
    Started,
    encode,
)
from checker.judge.session.session import Assignment, Session
from checker.judge.session.workers import ForkedWorkers, FreshWorkers, Worker
from checker.subject import PLAIN, ProtocolError

SAMPLE = Path(__file__).parents[1] / "sample"
LESSON = load_curriculum(SAMPLE).lesson("01")


@pytest.fixture(params=[ForkedWorkers, FreshWorkers])
def workers(request, tmp_path):
    source = request.param(LESSON, tmp_path, PLAIN)
    yield source
    source.close()


@pytest.fixture
def begin(tmp_path):
    (tmp_path / "own").mkdir()
    return Begin(
        submission=str(SAMPLE / "project"),
        folder=str(tmp_path / "own"),
        databases="posts_check_1",
        seed=7,
        deadline=10,
    )


def next_reply(worker, kind):
    while True:
        for reply in worker.receive():
            if not isinstance(reply, Started):
                assert isinstance(reply, kind)
                return reply


def said_until_the_end(worker):
    replies = []
    with contextlib.suppress(EOFError):
        while True:
            replies += worker.receive()
    return replies


def test_a_worker_says_what_it_has_collected_and_runs_it(workers, begin):
    worker = workers.start()
    worker.send(begin)
    assert next_reply(worker, Ready).checks.keys() >= {"01.passes", "01.needs-failure"}
    worker.send(Run(check="01.passes"))
    assert [reply.result.outcome for reply in worker.receive()] == ["passed"]
    worker.dismiss(wait=True)
    assert not Path(begin.folder).exists()
    workers.release([worker])


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        (lambda _: [Run(check="01.passes")], "run before begin"),
        (lambda begin: [begin, begin], "a second begin"),
        (lambda begin: [begin, Run(check="02.other")], "there is no check 02.other"),
    ],
)
def test_a_worker_refuses_what_does_not_fit(workers, begin, requests, reason):
    worker = workers.start()
    for request in requests(begin):
        worker.send(request)
    assert said_until_the_end(worker)[-1] == Misunderstood(reason=reason)
    worker.dismiss(wait=True)
    workers.release([worker])


class _Impostors:
    """A source of workers that say what they are given."""

    def __init__(self, *lines):
        self._lines = lines

    def start(self):
        ours, theirs = socket.socketpair()
        theirs.sendall(b"".join(self._lines))
        theirs.shutdown(socket.SHUT_WR)
        worker = Worker(ours)
        worker.kill = lambda: (ours.close(), theirs.close())
        return worker

    def release(self, workers):
        pass


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([b"nonsense\n"], Malformed),
        ([encode(Started(pid=1)), b"{}\n"], Malformed),
        ([encode(Misunderstood(reason="a second begin"))], ProtocolError),
        ([encode(Started(pid=1))], EOFError),
    ],
)
def test_a_session_refuses_what_is_no_reply_and_leaves_nothing(tmp_path, lines, error):
    folder = tmp_path / "grading"
    session = Session(Assignment(LESSON, SAMPLE / "project"), folder, lambda *_: None)
    with pytest.raises(error):
        session.run(_Impostors(*lines), 1, Cancellation())
    assert not folder.exists()
