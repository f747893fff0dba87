"""Answers a byte every second, so that no single wait is too long."""

import asyncio.selector_events
import threading
import time
from contextlib import suppress


def drip(self, data):
    def send():
        with suppress(OSError):
            for byte in bytes(data):
                self._sock.send(bytes([byte]))
                time.sleep(1)

    threading.Thread(target=send, daemon=True).start()


asyncio.selector_events._SelectorSocketTransport.write = drip
