"""Ports for programs that are told theirs before they listen."""

import socket

import pytest

from checker import ports


def test_a_free_port_is_one_that_nobody_is_given_by_chance():
    with socket.create_server(("127.0.0.1", 0)) as any_:
        assert ports.free_port() < 32_768 <= any_.getsockname()[1]


def test_a_port_on_which_somebody_listens_is_not_free(monkeypatch):
    port = ports.free_port()
    monkeypatch.setattr(ports, "_ASIDE", range(port, port + 1))
    assert ports.free_port() == port
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(OSError, match=f"No port from {port}"),
    ):
        ports.free_port()
