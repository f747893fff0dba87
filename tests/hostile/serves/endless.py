"""Answers without end, each part at once."""

import asyncio.selector_events


def endless(self, data):
    self._sock.setblocking(True)
    try:
        self._sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            self._sock.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
    except OSError:
        self.abort()


asyncio.selector_events._SelectorSocketTransport.write = endless
