"""The way to Kafka that is closed at first."""

import socket

import pytest

from kit.kafka_gate import Gate


@pytest.fixture
def server():
    """A server that sends back what it is sent, once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def connected(gate):
    host, _, port = gate.address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=5)


def test_closed_it_breaks_off_each_connection_and_counts_them(server):
    with Gate(f"127.0.0.1:{server.getsockname()[1]}") as gate:
        assert gate.seconds == 0
        for number in range(1, 4):
            with connected(gate) as client:
                assert client.recv(1) == b""
            assert gate.wait_for(number, 5) == number
        assert gate.wait_for(99, 0.01) == 3
        assert 0 < gate.seconds < 5


def test_open_it_passes_bytes_to_and_fro(server):
    with Gate(f"127.0.0.1:{server.getsockname()[1]}") as gate:
        gate.open()
        with connected(gate) as client:
            there, _ = server.accept()
            with there:
                client.sendall(b"ping")
                assert there.recv(10) == b"ping"
                there.sendall(b"pong")
                assert client.recv(10) == b"pong"
        assert gate.wait_for(1, 0.01) == 0


def test_silent_it_takes_each_connection_and_says_nothing_until_it_opens(server):
    with Gate(f"127.0.0.1:{server.getsockname()[1]}") as gate:
        gate.be_silent()
        with connected(gate) as client:
            client.sendall(b"ping")
            assert gate.wait_for(1, 5) == 1
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1)
            client.settimeout(5)
            gate.open()
            assert client.recv(1) == b""
