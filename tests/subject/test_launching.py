"""What is launched runs on, hears signals, and is ended with all that it has started."""

import os
import signal

import pytest

from checker.subject import Died, Subject, TimedOut, Value

from .conftest import SAMPLE

SLEEP = ("timeit", "-n1", "-r1", "import time; print('here', flush=True); time.sleep(60)")


@pytest.fixture
def subject():
    with Subject() as subject:
        yield subject


def launch(subject, *argv):
    answer = subject.launch(argv, root=SAMPLE, env={}, deadline=20)
    assert isinstance(answer, Value)
    return answer.value


def test_it_runs_in_an_interpreter_of_its_own_until_it_ends(subject):
    pid = launch(subject, "timeit", "-n1", "-r1", "print('done')")
    answer = subject.wait(pid, 20)
    assert isinstance(answer, Died)
    assert answer.status == 0
    assert "done" in answer.printed
    assert subject.output_of(pid).exists()


def test_it_hears_signals(subject):
    pid = launch(subject, *SLEEP)
    assert isinstance(subject.wait(pid, 0), TimedOut)
    subject.signal(pid, signal.SIGTERM)
    answer = subject.wait(pid, 20)
    assert isinstance(answer, Died)
    assert answer.status == -signal.SIGTERM


def test_two_run_at_once_and_others_are_asked_meanwhile(subject):
    first, second = launch(subject, *SLEEP), launch(subject, *SLEEP)
    assert isinstance(
        subject.command(("timeit", "-n1", "-r1", "pass"), root=SAMPLE, env={}, deadline=20), Value
    )
    for pid in (first, second):
        assert isinstance(subject.wait(pid, 0), TimedOut)
        subject.stop(pid, gently=False)


def test_it_does_not_outlive_its_host():
    with Subject() as subject:
        pid = launch(subject, *SLEEP)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
