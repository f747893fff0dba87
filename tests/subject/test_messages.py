"""The subject's messages: what is written is read back, and nothing else is taken for one."""

import json

import pytest

from checker.subject.messages import (
    Answer,
    CallRequest,
    ChildRequest,
    CommandRequest,
    Context,
    Died,
    HostRequest,
    Limits,
    Malformed,
    ProbeRequest,
    Raised,
    Refused,
    ServeRequest,
    Started,
    StopRequest,
    Task,
    TimedOut,
    Value,
    decode,
    encode,
)

CONTEXT = Context("/project", {"HOME": "/home"}, "/out", Limits(70, 1, 2, 3), 10.0, "app.main")
PROBE = ProbeRequest(CONTEXT, "probes.py", "load", {"module": "app.main"})
SERVE = ServeRequest(CONTEXT, "app.main:app", "http", "side", None, None, {})


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (Value({"a": [1, None, "é"]}, "printed\n"), Answer),
        (Raised("LookupError", "nothing", "app/a.py", 3), Answer),
        (Died(-9), Answer),
        (TimedOut(1.5), Answer),
        (Refused("no such request"), Refused),
        (Started(7), Started),
        (PROBE, HostRequest),
        (SERVE, HostRequest),
        (CommandRequest(CONTEXT, ("alembic", "check")), ChildRequest),
        (StopRequest(7, gently=True), HostRequest),
        (CallRequest("count", {"of": 3}), CallRequest),
        (Task("token", PROBE), Task),
    ],
)
def test_a_message_is_one_line_and_is_read_back(message, kind):
    line = encode(message)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line, kind) == message


def test_a_number_of_seconds_may_be_whole():
    assert decode(encode(TimedOut(2)), Answer) == TimedOut(2.0)


def changed(message, **fields):
    return json.dumps({**json.loads(encode(message)), **fields}).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\n",
        b"nonsense\n",
        b"[" * 100_000,
        b"null\n",
        b"[]\n",
        b"{}\n",
        b'{"kind": ["Value"]}\n',
        b'{"kind": "Value"}\n',
        b'{"kind": "object"}\n',
        encode(Started(7)),
        changed(Value(1), more=1),
        changed(Value(1), printed=None),
        changed(Died(1), status="1"),
        changed(Died(1), status=True),
        changed(Raised("A", "b"), line="3"),
        changed(TimedOut(1.0), seconds=None),
    ],
)
def test_what_is_no_answer_is_malformed(line):
    with pytest.raises(Malformed):
        decode(line, Answer)


@pytest.mark.parametrize(
    "line",
    [
        changed(PROBE, context=None),
        changed(PROBE, context={"kind": "Context"}),
        changed(PROBE, args=[]),
        changed(CommandRequest(CONTEXT, ()), argv="alembic"),
        changed(CommandRequest(CONTEXT, ()), argv=[1]),
        changed(CommandRequest(CONTEXT, ()), context=changed(CONTEXT, env={"A": 1}).decode()),
        changed(StopRequest(1, gently=True), gently=1),
        encode(Value(1)),
    ],
)
def test_what_is_no_request_is_malformed(line):
    with pytest.raises(Malformed):
        decode(line, HostRequest)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", {"a": object()}])
def test_a_value_that_is_no_json_is_not_written(value):
    with pytest.raises(TypeError):
        encode(Value(value))
