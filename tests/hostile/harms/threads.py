"""Starts as many threads as it may."""

import threading
import time
from contextlib import suppress

with suppress(RuntimeError):
    for _ in range(5_000):
        threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
