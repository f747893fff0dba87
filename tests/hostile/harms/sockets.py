"""Listens at many names, and at the judge's."""

import os
import socket
import time
from contextlib import suppress

if os.fork() == 0:
    held = []
    with suppress(OSError):
        for name in ("../http", "../side", *(f"../hostile-{number}" for number in range(500))):
            held.append(socket.socket(socket.AF_UNIX))
            held[-1].bind(name)
            held[-1].listen()
    time.sleep(3600)
