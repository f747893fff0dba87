"""The embedded broker: what the judge reads and writes there, what it does to it, and that nothing
is left of it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError

from checker.broker.choice import VARIABLE
from checker.broker.handle import BrokerError, BrokerProcess
from checker.errors import UserError
from checker.judge import NotGraded, Unmet
from checker.judge.brokers import Brokers
from checker.judge.evidence import Broker

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiokafka")


@pytest.fixture(autouse=True)
def embedded(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture(scope="module")
def brokers():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)
        found = Brokers()
    yield found
    found.close()


@pytest.fixture
def broker(brokers):
    yield Broker(brokers.open())
    brokers.end_check()


def producer(broker, **options):
    return AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers, **options)


def consumer(broker, *topics, **options):
    return AIOKafkaConsumer(
        *(broker.prefix + topic for topic in topics),
        bootstrap_servers=broker.bootstrap_servers,
        **options,
    )


async def sent(broker, topic, *values, **options):
    async with producer(broker, **options) as opened:
        for value in values:
            await opened.send_and_wait(broker.prefix + topic, value, key=b"7")


def test_a_message_is_read_as_it_was_sent(broker):
    broker.topic("posts", partitions=3)
    place = broker.send("posts", "{}", key="7", headers=[("a", "1"), ("a", None)], partition=2)
    [message] = broker.messages("posts")
    assert (message.partition, message.offset) == place == (2, 0)
    assert (message.topic, message.key, message.value) == ("posts", b"7", b"{}")
    assert message.headers == (("a", b"1"), ("a", None))
    assert abs(message.timestamp / 1000 - time.time()) < 600
    assert broker.ends("posts") == {0: 0, 1: 0, 2: 1}


def test_a_service_is_told_where_it_is_and_what_its_topics_begin_with(broker):
    assert broker.environment == {
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "KAFKA_TOPIC_PREFIX": broker.prefix,
    }
    assert broker.bootstrap_servers.startswith("127.0.0.1:")
    broker.topic("posts")
    assert broker.names() == [f"{broker.prefix}posts"]


def test_another_check_finds_nothing(brokers):
    first = Broker(brokers.open())
    first.send("posts", b"1")
    assert len(first.messages("posts")) == 1
    second = Broker(brokers.open())
    assert (second.names(), second.messages("posts")) == ([], [])
    assert second.prefix != first.prefix


def test_a_topic_that_is_not_there_is_empty_and_stays_so(broker):
    assert broker.messages("posts") == []
    assert (broker.ends("posts"), broker.committed("group", "posts")) == ({}, {})
    assert broker.names() == []


def test_a_tombstone_is_told_from_an_empty_value(broker):
    broker.send("posts", None, key="1", partition=0)
    broker.send("posts", b"", key="2", partition=0)
    assert [each.value for each in broker.messages("posts")] == [None, b""]


def test_messages_are_waited_for(broker):
    broker.topic("posts", partitions=1)
    asyncio.run(sent(broker, "posts", b"1", b"2", enable_idempotence=True))
    assert [each.value for each in broker.wait_for("posts", 2)] == [b"1", b"2"]
    began = time.monotonic()
    assert len(broker.wait_for("posts", 3, seconds=0.2)) == 2
    assert time.monotonic() - began >= 0.2


def test_a_value_that_is_no_json_is_a_finding_with_its_place(broker):
    broker.topic("posts", partitions=1)
    for value in (b"{no", b"\xff", b'{"a": 1}', b"[]"):
        broker.send("posts", value)
    no, binary, right, other = broker.messages("posts")
    with pytest.raises(Unmet, match=r"posts, partition 0, offset 0 is no JSON: '{no'"):
        no.json()
    with pytest.raises(Unmet, match="offset 1 is no text"):
        binary.json()
    assert right.json(dict)["a"] == 1
    with pytest.raises(Unmet, match="message at posts, partition 0, offset 2 gives no b"):
        right.json()["b"]
    with pytest.raises(Unmet, match="offset 3"):
        other.json(dict)


def test_what_a_group_has_committed_is_seen(broker):
    broker.topic("posts", partitions=2)
    for partition in (0, 0, 1):
        broker.send("posts", b"x", partition=partition)

    async def consume():
        reading = consumer(
            broker,
            "posts",
            group_id=f"{broker.prefix}readers",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        async with reading:
            found = [await reading.getone() for _ in range(3)]
            first = next(each for each in found if each.partition == 0)
            await reading.commit({_place(first): first.offset + 1})

    assert broker.lag("readers", "posts") == 3
    asyncio.run(consume())
    assert broker.committed("readers", "posts") == {0: 1, 1: None}
    assert broker.lag("readers", "posts") == 2


def test_a_group_is_joined_at_once(broker):
    """By default the mock lets the first member wait for three seconds."""
    broker.send("posts", b"x")

    async def joined():
        began = time.monotonic()
        async with consumer(broker, "posts", group_id="g", auto_offset_reset="earliest") as one:
            await one.getone()
        return time.monotonic() - began

    assert asyncio.run(joined()) < 2.5


def test_an_outage_breaks_connections_and_keeps_what_is_stored(broker):
    async def outage():
        async with producer(broker, retry_backoff_ms=20) as opened:
            await opened.send_and_wait(f"{broker.prefix}posts", b"before")
            with broker.outage():
                late = producer(broker)
                with pytest.raises(KafkaConnectionError):
                    await late.start()
                await late.stop()
                waiting = await opened.send(f"{broker.prefix}posts", b"during")
                await asyncio.sleep(0.1)
                assert not waiting.done()
            await waiting

    broker.topic("posts", partitions=1)
    asyncio.run(outage())
    assert {each.value for each in broker.messages("posts")} == {b"before", b"during"}


def test_a_frozen_broker_takes_connections_and_answers_nobody(broker):
    broker.send("posts", b"before")
    with broker.frozen():

        async def ask():
            host, _, port = broker.bootstrap_servers.partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"\x00\x00\x00\x0a" + b"\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.2)
            writer.close()
            await writer.wait_closed()

        asyncio.run(ask())
    assert len(broker.messages("posts")) == 1


def test_a_refusal_is_met_once_and_retried(broker):
    broker.topic("posts", partitions=1)
    broker.refuse(error="NOT_ENOUGH_REPLICAS")
    asyncio.run(sent(broker, "posts", b"1", retry_backoff_ms=20))
    assert [kind for kind, _ in broker.requests()] == ["Produce", "Produce"]
    assert len(broker.messages("posts")) == 1


def test_a_fatal_refusal_reaches_the_sender(broker):
    broker.topic("posts", partitions=1)
    broker.refuse(error="TOPIC_AUTHORIZATION_FAILED")
    with pytest.raises(KafkaError):
        asyncio.run(sent(broker, "posts", b"1"))
    assert broker.messages("posts") == []


def test_a_connection_breaks_at_a_request(broker):
    broker.topic("posts", partitions=1)
    broker.refuse(error="DISCONNECT")
    asyncio.run(sent(broker, "posts", b"1", retry_backoff_ms=20))
    assert broker.messages("posts")[-1].value == b"1"


def test_a_slow_broker_answers_late(broker):
    broker.topic("posts", partitions=1)
    broker.slow(0.3)

    async def late():
        async with producer(broker) as opened:
            began = time.monotonic()
            await opened.send_and_wait(f"{broker.prefix}posts", b"1")
            return time.monotonic() - began

    assert asyncio.run(late()) >= 0.25
    broker.slow(0)


def test_requests_tell_an_idempotent_producer_and_not_what_the_judge_asks(broker):
    broker.topic("posts", partitions=1)
    asyncio.run(sent(broker, "posts", b"1"))
    broker.send("posts", b"2")
    broker.messages("posts")
    assert [kind for kind, _ in broker.requests()] == ["Produce"]
    asyncio.run(sent(broker, "posts", b"3", enable_idempotence=True))
    kinds, times = zip(*broker.requests(), strict=True)
    assert kinds == ("Produce", "InitProducerId", "Produce")
    assert list(times) == sorted(times)


def test_what_the_embedded_broker_cannot_do_is_not_graded_on_it(broker):
    with pytest.raises(NotGraded, match="Not graded on the embedded broker: it does not dedupe"):
        broker.needs_apache("it does not dedupe")
    broker.needs_faults()
    broker.needs_embedded()


def test_a_batch_is_fetched_at_once(broker):
    broker.topic("posts", partitions=2)
    broker.send("posts", b"before", partition=1)
    offsets = broker.send_batch("posts", [(str(number), "key") for number in range(5)], 1)
    assert offsets == [1, 2, 3, 4, 5]

    async def fetched():
        place = TopicPartition(f"{broker.prefix}posts", 1)
        async with consumer(broker) as opened:
            opened.assign([place])
            opened.seek(place, 1)
            return (await opened.getmany(timeout_ms=10_000))[place]

    assert [message.value for message in asyncio.run(fetched())] == [b"0", b"1", b"2", b"3", b"4"]


def test_a_broker_that_died_is_replaced_for_the_next_check(brokers):
    found = brokers.open()
    os.kill(found.process.pid, signal.SIGKILL)
    with pytest.raises(BrokerError):
        Broker(found).names()
    assert Broker(brokers.open()).names() == []


def test_a_check_that_left_it_frozen_harms_no_other(brokers):
    found = Broker(brokers.open())
    with pytest.raises(ZeroDivisionError), found.frozen():
        raise ZeroDivisionError
    assert Broker(brokers.open()).names() == []


def test_only_this_machine_reaches_it(broker):
    listening = listeners(int(broker.bootstrap_servers.rpartition(":")[2]))
    assert listening == ["127.0.0.1"]


OWNER = """
import sys
from checker.broker.handle import BrokerProcess
process = BrokerProcess()
process.ask("open")
if "frozen" in sys.argv:
    process.freeze()
print(process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("state", ["idle", "frozen"])
def test_it_ends_with_an_owner_that_is_killed(state):
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, state], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with owner:
        pid = int(owner.stdout.readline())
        os.kill(pid, 0)
        owner.kill()
    assert gone(pid)


def test_it_ends_when_it_is_let_go():
    process = BrokerProcess()
    process.ask("open")
    process.close()
    assert not process.is_alive


@pytest.mark.parametrize("said", ["localhost", "kafka:port", "a b:9092", "http://a:1/"])
def test_what_is_no_address_is_said(monkeypatch, said):
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(UserError, match=f"{VARIABLE} is not the address of a broker"):
        Brokers()


def gone(pid, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def listeners(port):
    """The addresses of this machine on which somebody listens at that port."""
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        address, state = line.split()[1], line.split()[3]
        host, _, number = address.partition(":")
        if state == "0A" and int(number, 16) == port:
            found.append(".".join(str(part) for part in reversed(bytes.fromhex(host))))
    return found


def _place(message):
    from aiokafka import TopicPartition

    return TopicPartition(message.topic, message.partition)
