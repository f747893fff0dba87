"""Leaves a chain of processes behind, each the parent of the next one."""

import os
import time

for _ in range(40):
    if os.fork():
        if _:
            time.sleep(3600)
        break
    os.setsid()
else:
    time.sleep(3600)
