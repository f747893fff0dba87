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


FORKED = """
import atexit, random, sys, threading

atexit.register(print, "at the end")
threading.Timer(0.2, print, ["a thread"]).start()
print(__name__, sys.argv, random.getrandbits(64), file=sys.stderr)
if len(sys.argv) > 1:
    sys.exit("said so")
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "goes_on.py").write_text(FORKED)
    (tmp_path / "sleeps.py").write_text("import time\nprint('here')\ntime.sleep(60)")
    return tmp_path


def forked(subject, project, *argv):
    answer = subject.launch(argv, root=project, env={}, deadline=20, forked=True)
    assert isinstance(answer, Value)
    return answer.value


def test_one_that_is_forked_ends_as_an_interpreter_does(subject, project):
    first = subject.wait(forked(subject, project, "goes_on"), 20)
    second = subject.wait(forked(subject, project, "goes_on", "more"), 20)
    assert (first.status, second.status) == (0, 1)
    assert first.printed.startswith("__main__ ")
    assert first.printed.splitlines()[1:] == ["a thread", "at the end"]
    assert second.printed.splitlines()[1:] == ["said so", "a thread", "at the end"]
    assert first.printed.splitlines()[0].split()[-1] != second.printed.splitlines()[0].split()[-1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_one_that_is_forked_hears_signals(subject, project, number):
    pid = forked(subject, project, "sleeps")
    assert isinstance(subject.wait(pid, 0.5), TimedOut)
    subject.signal(pid, number)
    answer = subject.wait(pid, 20)
    assert answer.status == -number
    assert "here" in answer.printed


def test_where_hosts_cannot_fork_it_is_started_anew(monkeypatch, project):
    monkeypatch.setenv("CHECKER_NO_FORK", "1")
    with Subject() as subject:
        answer = subject.wait(forked(subject, project, "goes_on"), 20)
    assert answer.printed.startswith("__main__ ")
    assert answer.status == 0


def test_it_does_not_outlive_its_host():
    with Subject() as subject:
        pid = launch(subject, *SLEEP)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
