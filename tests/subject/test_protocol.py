"""What each process of the subject does with a line that is no message: it says so, and goes on."""

import json
import os
import socket
import subprocess
import sys

import pytest

from checker.subject import Died, ProtocolError, Subject, Value, isolate
from checker.subject.isolation import HostProcess
from checker.subject.messages import Refused, StopRequest, decode, encode

from .conftest import SAMPLE

WHERE = {"root": SAMPLE, "env": {}, "deadline": 20.0}


@pytest.mark.parametrize("line", [b"nonsense\n", b"{}\n", b'{"kind": "Value", "value": 1}\n'])
def test_a_host_refuses_what_is_no_request_and_goes_on(subject, line):
    assert subject.probe(SAMPLE / "probes.py", "echo", {"value": 1}, **WHERE) == Value(1)
    assert isinstance(decode(subject._host.ask(line, 20.0), Refused), Refused)
    assert subject.probe(SAMPLE / "probes.py", "echo", {"value": 2}, **WHERE) == Value(2)


def test_a_host_refuses_to_stop_what_it_does_not_serve(subject):
    with pytest.raises(ProtocolError, match="is no server of this host's"):
        subject.stop(os.getpid())


def test_a_server_refuses_what_is_no_call(subject, tmp_path):
    sockets = (tmp_path / "http", tmp_path / "side")
    served = subject.serve("app.main:app", sockets=sockets, **WHERE).value
    with socket.socket(socket.AF_UNIX) as talk:
        talk.connect(str(sockets[1]))
        talk.sendall(encode(StopRequest(served, gently=True)))
        answer = talk.makefile("rb").readline()
    assert "no message that is due" in decode(answer, Refused).reason
    subject.stop(served, gently=False)


def test_a_server_that_is_gone_is_an_observation(subject, tmp_path):
    answer = subject.call(tmp_path / "side", "count", {}, deadline=1.0)
    assert answer.type == "ConnectionError"


class _Impostor(HostProcess):
    """A host that answers with what it is given."""

    def __init__(self, line):
        ours, self._theirs = socket.socketpair()
        super().__init__(ours)
        self._theirs.sendall(b'{"kind": "Started", "pid": 0}\n' + line)
        self._theirs.shutdown(socket.SHUT_WR)

    def end(self):
        self._stream.close()
        self._control.close()
        self._theirs.close()


@pytest.mark.parametrize(
    "line", [b"", b"nonsense\n", b'{"kind": "Value"}\n', b'{"kind": "Died", "status": "x"}\n']
)
def test_a_host_that_talks_nonsense_counts_as_dead_and_is_replaced(line):
    with isolate() as isolation, Subject(isolation=isolation) as subject:
        subject._end_host()
        subject._host = _Impostor(line)
        assert isinstance(subject.probe(SAMPLE / "probes.py", "echo", {"value": 1}, **WHERE), Died)
        answer = subject.probe(SAMPLE / "probes.py", "echo", {"value": 1}, **WHERE)
        assert answer == Value(1)


def test_a_child_has_no_more_than_it_needs_before_the_learners_code():
    """A fresh child is started for each request: what it imports, the learner waits for."""
    code = "import sys, checker.subject.child; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"pydantic", "pydantic_core", "fastapi", "sqlalchemy", "httpx", "pytest"}


def test_a_child_whose_answer_is_no_message_has_written_over_it(ask):
    answer = ask("misanswer", line=json.dumps({"kind": "Value"}))
    assert answer.message == "the code wrote over its own process's answer"
