"""How the judge connects to a server: on its Unix socket, with an end to every connection.

httpx bounds each read of a connection; a server that sends a byte now and then would never come to
an end.
"""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpcore
import httpx

LONGEST = 2.0
"""How many times its timeout a connection may take until all is read. What a check says of a body
that does not end is said after once."""


def transport(address: Path, seconds: float) -> httpx.HTTPTransport:
    """To the server on that Unix socket; nothing is kept open, since it may close after a 500."""
    made = httpx.HTTPTransport(verify=False)
    made._pool = httpcore.ConnectionPool(  # noqa: SLF001 - httpx takes no network backend
        uds=str(address),
        max_keepalive_connections=0,
        network_backend=_Backend(seconds * LONGEST),
    )
    return made


class _Backend(httpcore.NetworkBackend):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._backend = httpcore.SyncBackend()

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_unix_socket(path, timeout, socket_options)
        return _Stream(stream, time.monotonic() + self._seconds)


class _Stream(httpcore.NetworkStream):
    """A connection that ends at a moment of the monotonic clock."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the connection took too long")
        return self._stream.read(max_bytes, left if timeout is None else min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
