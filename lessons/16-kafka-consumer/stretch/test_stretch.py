"""What was put aside is put back, once."""

import json

import pytest

from checker.judge import Unmet, check, expect, tried
from checker.judge.evidence import Command, Message, Source
from kit.consuming import DEAD_LETTERS, Stream
from kit.events import TOPIC, patience

REPLAY = "app.kafka.replay"
FILES = ("app/kafka/replay.py", "app/kafka/replay/__main__.py")
COMMIT = "commit({partition: message.offset + 1}) after the acknowledgement, in a group of its own."


@check(
    title="`python -m app.kafka.replay` sends what was put aside back, as it came, and once",
    why="What is put aside and never looked at again is lost, only later.",
    read="Stretch: put back what was put aside",
    stretch=True,
)
def test_replay(source: Source, request: pytest.FixtureRequest):
    tried(any(source.exists(file) for file in FILES))
    stream: Stream = request.getfixturevalue("stream")
    command: Command = request.getfixturevalue("command")
    event = json.dumps(stream.event(stream.user()))
    aside = [
        (event, "7", [("trace", "a-1"), ("trace", "a-2")]),
        (b"\xff\xfe{", None, []),
        ("no JSON", "8", [("dlt", "not one of the four")]),
    ]
    for offset, letter in enumerate(aside):
        _put_aside(stream, letter, offset)
    _replayed(command, 3, "Three messages had been put aside, and")
    _expect_back(stream, aside)
    _replayed(command, 0, "Run a second time,")
    _expect_back(stream, aside)
    later = ("another", "9", [])
    _put_aside(stream, later, 3)
    _replayed(command, 1, "One message more was put aside, and")
    _expect_back(stream, [*aside, later])
    stream.env["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1"
    away = command(REPLAY, deadline=2 * patience())
    expect(
        away.status != 0,
        seen=f"With no Kafka there `python -m {REPLAY}` ends with status 0: {away.last_line}",
        wanted="Another status, as `python -m app.kafka.lag` has it.",
    )


def _put_aside(stream: Stream, letter: tuple, offset: int) -> None:
    value, key, headers = letter
    added = [
        ("dlt-cause", "KeyError: 'user_id'"),
        ("dlt-topic", stream.broker.prefix + TOPIC),
        ("dlt-partition", "1"),
        ("dlt-offset", str(offset)),
    ]
    stream.broker.send(DEAD_LETTERS, value, key=key, headers=[*headers, *added])


def _replayed(command: Command, wanted: int, doing: str) -> None:
    """Run it, and expect it to say how many it has sent."""
    ended = command(REPLAY, deadline=4 * patience())
    expect(
        ended.status == 0,
        seen=f"{doing} `python -m {REPLAY}` ended with status {ended.status}: {ended.last_line}",
        wanted="0.",
    )
    try:
        said = json.loads(ended.last_line)
    except ValueError:
        said = None
    expect(
        said == {"replayed": wanted},
        seen=f"{doing} `python -m {REPLAY}` prints last: {ended.last_line}",
        wanted=f'{{"replayed": {wanted}}}. {COMMIT}',
    )


def _expect_back(stream: Stream, letters: list[tuple]) -> None:
    """Each letter is in the topic once, as it came."""
    wanted = sorted(map(_as_sent, letters), key=str)
    messages = stream.broker.wait_for(TOPIC, len(wanted), patience())
    found = sorted(map(_as_found, messages), key=str)
    for value, key, headers in found:
        more = [name for name, _ in headers if name.startswith("dlt-")]
        expect(
            not more,
            seen=f"A message that was sent back has the headers {', '.join(more)}.",
            wanted="Those that it came with, without the four that were added.",
            why="A consumer that puts it aside again would add them a second time.",
        )
        del value, key
    if found != wanted:
        missing = [each for each in wanted if each not in found]
        raise Unmet(
            f"{len(wanted)} messages were put aside, and the topic holds {len(found)} that were"
            f" sent back. {f'Not among them: {missing[0]}' if missing else ''}".rstrip(),
            f"Each once: its value, its key and its headers, byte for byte. {COMMIT}",
        )


def _as_sent(letter: tuple) -> tuple:
    value, key, headers = letter
    pairs = tuple((name, content.encode()) for name, content in headers)
    return (_bytes(value), _bytes(key), pairs)


def _as_found(message: Message) -> tuple:
    return (message.value, message.key, tuple(message.headers))


def _bytes(value: bytes | str | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
