"""`checker broker`: a Kafka broker in the foreground."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from .test_endings import _children


@pytest.fixture
def started(process, port):
    """Start one, and give it once it says where it is."""
    with contextlib.ExitStack() as stack:

        def started(*args):
            running = process("broker", "--port", port, *args, stderr=subprocess.STDOUT)
            stack.callback(_ended, running)
            lines = []
            while not lines or "export" not in lines[-1]:
                lines.append(running.stdout.readline())
                assert lines[-1], "".join(lines)
            assert lines[-1] == f"  export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:{port}\n"
            return running

        yield started


def _ended(running):
    running.kill()
    running.wait()
    running.stdout.close()


def round_trip(port):
    """What a producer sends to a topic that nobody has made, and a group reads."""
    address = f"127.0.0.1:{port}"

    async def go():
        async with AIOKafkaProducer(bootstrap_servers=address) as producer:
            await producer.send_and_wait("posts", b"1", key=b"7")
        reading = AIOKafkaConsumer(
            "posts", bootstrap_servers=address, group_id="g", auto_offset_reset="earliest"
        )
        async with reading:
            return (await reading.getone()).value

    return asyncio.run(asyncio.wait_for(go(), 60))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_ended(started, port, number):
    running = started()
    assert round_trip(port) == b"1"
    running.send_signal(number)
    assert running.wait(20) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_taken_port_is_one_sentence_and_a_way_out(run, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        ended = run("broker", "--port", port)
    assert ended.code == 2
    assert ended.err.splitlines()[0] == (
        f"Port {port} is in use, perhaps by another checker broker."
    )
    assert f"checker broker --port {port + 1}" in ended.err


def test_without_java_the_embedded_one_is_the_way_out(run, port, monkeypatch, tmp_path):
    from checker.broker import java

    monkeypatch.setattr(java, "_javas", lambda: iter(()))
    java.java.cache_clear()
    ended = run("broker", "--apache", "--port", port)
    java.java.cache_clear()
    assert ended.code == 2
    assert "Apache Kafka needs Java 17 or newer." in ended.err
    assert "The embedded broker needs nothing: checker broker" in ended.err


@pytest.mark.apache
@pytest.mark.xdist_group("apache")
def test_apache_kafka_serves_until_it_is_ended(started, port, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    running = started("--apache")
    [java] = _children(running.pid)
    assert round_trip(port) == b"1"
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(java, 0)
    assert list((tmp_path / "posts-workshop" / "kafka").iterdir()) == []
