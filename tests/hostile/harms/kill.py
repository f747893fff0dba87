"""Kills everybody whom it can."""

import os
import signal

if b"checker.subject" in open("/proc/1/cmdline", "rb").read():
    os.kill(-1, signal.SIGKILL)
