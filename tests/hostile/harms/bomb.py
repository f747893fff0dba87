"""Starts processes that start processes, until it may not."""

import os
import time

if os.fork() == 0:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.fork()
        except OSError:
            time.sleep(1)
    os._exit(0)
