"""A way to Kafka that is closed at first: who comes is counted, and sent away."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from itertools import pairwise
from typing import Self


class _Mode(Enum):
    CLOSED = auto()
    """Each connection is broken off."""
    SILENT = auto()
    """Each is taken, and told nothing."""
    OPEN = auto()
    """Each is passed on, to and fro."""


class Gate:
    """Listens on loopback; closed, until it is told otherwise. Use as a context manager."""

    def __init__(self, to: str) -> None:
        host, _, port = to.rpartition(":")
        self._to = host, int(port)
        self._times: list[float] = []
        self._mode = _Mode.CLOSED
        self._kept: list[socket.socket] = []
        """Those that have been told nothing."""
        self._changed = threading.Condition()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._sockets = [self._listening]

    def __enter__(self) -> Self:
        self._start(self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        for each in (*self._sockets, *self._kept):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def seconds(self) -> float:
        """How long it took from the first connection to the last that was broken off."""
        return self._times[-1] - self._times[0] if self._times else 0.0

    @property
    def longest(self) -> float:
        """The longest time from one connection to the next."""
        return max((later - each for each, later in pairwise(self._times)), default=0.0)

    def wait_for(self, count: int, seconds: float) -> int:
        """Wait for so many connections: how many were broken off, or told nothing."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._times) >= count, seconds)
            return len(self._times)

    def be_silent(self) -> None:
        """Take each connection from now on, and say nothing."""
        with self._changed:
            self._mode = _Mode.SILENT

    def open(self) -> None:
        """Pass each on from now on. Those that were told nothing are broken off."""
        with self._changed:
            self._mode = _Mode.OPEN
            for each in self._kept:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                self._take(self._listening.accept()[0])

    def _take(self, client: socket.socket) -> None:
        with self._changed:
            if self._mode is not _Mode.OPEN:
                if self._mode is _Mode.SILENT:
                    self._kept.append(client)
                else:
                    client.close()
                self._times.append(time.monotonic())
                self._changed.notify_all()
                return
        server = socket.create_connection(self._to)
        self._sockets += [client, server]
        self._start(_pass, client, server)
        self._start(_pass, server, client)

    def _start(self, function: Callable[..., None], *args: socket.socket) -> None:
        threading.Thread(target=function, args=args, daemon=True).start()


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
