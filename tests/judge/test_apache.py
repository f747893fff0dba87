"""The same on an Apache Kafka that the checker has started, and on one that is merely named."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from unittest.mock import Mock

import pytest
from confluent_kafka import KafkaError, KafkaException

from checker.broker.apache import Apache
from checker.broker.choice import VARIABLE
from checker.broker.client import Client
from checker.errors import UserError
from checker.judge import NotGraded
from checker.judge.brokers import Brokers
from checker.judge.evidence import Broker
from tests.cli.test_endings import _children

from .test_broker import consumer, gone, producer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.apache,
    pytest.mark.xdist_group("apache"),  # each that starts has 350 MB
    pytest.mark.filterwarnings("ignore::DeprecationWarning:aiokafka"),
]


@contextmanager
def using(said):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, said)
        found = Brokers()
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(scope="module")
def own():
    with using("apache") as found:
        yield found


@pytest.fixture
def broker(own):
    yield Broker(own.open())
    own.end_check()


@pytest.fixture
def named(broker):
    with using(broker.bootstrap_servers) as found:
        yield found


def test_a_message_is_read_as_it_was_sent(broker):
    broker.topic("posts", partitions=3)
    place = broker.send("posts", "{}", key="7", headers=[("a", "1"), ("a", None)], partition=2)
    [message] = broker.messages("posts")
    assert (message.partition, message.offset) == place == (2, 0)
    assert (message.key, message.value) == (b"7", b"{}")
    assert message.headers == (("a", b"1"), ("a", None))
    assert broker.ends("posts") == {0: 0, 1: 0, 2: 1}


def test_what_a_group_has_committed_is_seen_and_short_sessions_are_allowed(broker):
    broker.topic("posts", partitions=1)
    broker.send("posts", b"1")
    broker.send("posts", b"2")

    async def consume():
        reading = consumer(
            broker,
            "posts",
            group_id=f"{broker.prefix}readers",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=broker.session_timeout_ms,
            heartbeat_interval_ms=100,
        )
        async with reading:
            await reading.getone()
            await reading.commit()

    asyncio.run(consume())
    assert broker.committed("readers", "posts") == {0: 1}
    assert broker.lag("readers", "posts") == 1


def test_what_a_transaction_has_aborted_is_not_read(broker):
    broker.topic("posts", partitions=1)

    async def transactions():
        async with producer(broker, transactional_id=f"{broker.prefix}t") as opened:
            await opened.begin_transaction()
            await opened.send_and_wait(f"{broker.prefix}posts", b"aborted")
            await opened.abort_transaction()
            async with opened.transaction():
                await opened.send_and_wait(f"{broker.prefix}posts", b"committed")

    broker.needs_apache("it shows what was aborted")
    asyncio.run(transactions())
    assert [each.value for each in broker.messages("posts")] == [b"committed"]


def test_an_outage_keeps_what_is_stored_and_doubles_nothing_of_an_idempotent_producer(broker):
    broker.topic("posts", partitions=1)

    async def outage():
        async with producer(broker, enable_idempotence=True, retry_backoff_ms=50) as opened:
            await opened.send_and_wait(f"{broker.prefix}posts", b"before")
            with broker.outage():
                waiting = await opened.send(f"{broker.prefix}posts", b"during")
            await waiting

    asyncio.run(outage())
    assert [each.value for each in broker.messages("posts")] == [b"before", b"during"]


def test_a_frozen_broker_goes_on_afterwards(broker):
    broker.send("posts", b"1")

    async def start():
        late = producer(broker)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(late.start(), 0.5)
        await late.stop()

    with broker.frozen():
        asyncio.run(start())
    assert [each.value for each in broker.messages("posts")] == [b"1"]


def test_only_the_embedded_broker_is_told_how_to_fail(broker):
    for ask in (broker.refuse, broker.requests, lambda: broker.slow(1)):
        with pytest.raises(NotGraded, match="only the embedded broker can be told how to fail"):
            ask()


def test_another_check_finds_nothing(own):
    first = Broker(own.open())
    first.topic("posts")
    second = Broker(own.open())
    assert [name for name in second.names() if name.startswith("check-")] == []


def test_a_broker_that_is_named_is_not_taken_away_and_is_left_as_it_was(broker, named):
    broker.topic("others")
    other = Broker(named.open())
    other.send("posts", b"1")
    assert f"{other.prefix}posts" in broker.names()
    for ask in (other.down, other.needs_faults, other.frozen().__enter__):
        with pytest.raises(NotGraded, match=f"the one that {VARIABLE} names"):
            ask()
    named.end_check()
    assert broker.names() == [f"{broker.prefix}others"]


def test_topics_on_a_named_broker_are_removed_although_the_judge_was_killed(broker):
    code = (
        "import sys; from checker.judge.brokers import Brokers;"
        "from checker.judge.evidence import Broker;"
        "broker = Broker(Brokers().open()); broker.topic('posts');"
        "print(broker._process.pid, flush=True); sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, VARIABLE: broker.bootstrap_servers},
    )
    with owner:
        pid = int(owner.stdout.readline())
        assert len(broker.names()) == 1
        owner.kill()
    assert gone(pid)
    assert broker.names() == []


def test_it_ends_with_the_process_that_has_started_it():
    with using("apache") as other:
        process = other.open().process
        [java] = _children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        assert gone(java)


def test_a_machine_without_what_it_takes_is_told_so(monkeypatch, tmp_path):
    from checker.broker import java

    monkeypatch.setattr(java, "jars_folder", lambda: tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "apache")
    with pytest.raises(UserError, match="there is no `mvn` here"):
        Brokers()


def test_a_name_of_the_cluster_that_begins_as_an_option_does_is_no_option(monkeypatch):
    monkeypatch.setattr("checker.broker.apache.uuid.uuid4", lambda: Mock(bytes=b"\xf8" + bytes(15)))
    with Apache() as kafka:
        assert kafka.is_running


def test_who_has_not_heard_of_a_partition_asks_again():
    """A new topic's partitions are known to the broker before they are to every client."""
    unheard = KafkaException(KafkaError(-190))
    client = Client.__new__(Client)
    client._consumer = Mock()
    client._consumer.get_watermark_offsets.side_effect = [unheard, unheard, (0, 7)]
    assert client._end("posts.events", 0) == 7
