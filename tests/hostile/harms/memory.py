"""Takes all the memory, by several processes of which none takes too much."""

import os
import time

for _ in range(12):
    if os.fork() == 0:
        taken = [b"x" * 2**20 for _ in range(900)]
        time.sleep(3600)
time.sleep(5)
