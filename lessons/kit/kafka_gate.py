"""A way to Kafka that is closed at first: who comes is counted, and sent away."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Self


class Gate:
    """Listens on loopback. Closed, it breaks off each connection; silent, it takes each and says
    nothing; open, it passes bytes to and fro. Use as a context manager."""

    def __init__(self, to: str) -> None:
        host, _, port = to.rpartition(":")
        self._to = host, int(port)
        self._times: list[float] = []
        self._open = self._silent = False
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
        self._silent = True

    def open(self) -> None:
        """From now on. Those that were told nothing are broken off."""
        self._open = True
        for each in self._kept:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                self._take(self._listening.accept()[0])

    def _take(self, client: socket.socket) -> None:
        if not self._open:
            if self._silent:
                self._kept.append(client)
            else:
                client.close()
            with self._changed:
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
