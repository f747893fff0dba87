"""What a session and its workers say to each other, and what is no such message."""

import json

import pytest

from checker.judge import Declaration
from checker.judge.session.messages import (
    Begin,
    Malformed,
    Misunderstood,
    Ran,
    Ready,
    Refused,
    Run,
    Started,
    decode_reply,
    decode_request,
    encode,
)
from checker.report import CheckResult, Location, Outcome

RESULT = CheckResult(
    id="01.a",
    title="A",
    items=("model.repr",),
    outcome=Outcome.FAILED,
    seen="é\nred",
    location=Location(file="app/a.py", line=3),
)
BEGIN = Begin(submission="/s", folder="/f", databases="posts_check_1", seed=7, deadline=10)
REQUESTS = [BEGIN, Run(check="01.b", needed=(RESULT,))]
REPLIES = [
    Started(pid=7),
    Ready(
        checks={"01.a": Declaration("A", ("model.repr",), "-", "-", needs=("01.b",))},
        broken=("SyntaxError",),
        isolation="process",
    ),
    Ran(check="01.a", result=RESULT, files_read=frozenset({"app/a.py"})),
    Ran(check="01.a", result=None),
    Refused(sentence="It is too large.", next_step="Point elsewhere."),
    Misunderstood(reason="no message"),
]


@pytest.mark.parametrize("message", REQUESTS)
def test_a_request_is_one_line_and_is_read_back(message):
    line = encode(message)
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    assert decode_request(line) == message


@pytest.mark.parametrize("message", REPLIES)
def test_a_reply_is_one_line_and_is_read_back(message):
    line = encode(message)
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    assert decode_reply(line) == message


def changed(message, **fields):
    return json.dumps({**json.loads(encode(message)), **fields}).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"\xff\n",
        b"null",
        b"{}",
        b'{"kind": "begin"}',
        changed(BEGIN, seed="7"),
        changed(BEGIN, more=1),
        changed(Run(check="a"), needed=[{"id": "a"}]),
        encode(Started(pid=7)),
    ],
)
def test_what_is_no_request_is_malformed(line):
    with pytest.raises(Malformed):
        decode_request(line)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b'{"kind": "ran", "check": "a"}',
        changed(Started(pid=7), pid="7"),
        changed(REPLIES[1], checks={"a": {"title": "A"}}),
        changed(REPLIES[2], result="passed"),
        encode(BEGIN),
    ],
)
def test_what_is_no_reply_is_malformed(line):
    with pytest.raises(Malformed):
        decode_reply(line)
