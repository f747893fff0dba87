"""Becomes another user."""

import os
from contextlib import suppress

for change in (os.setuid, os.setgid, os.seteuid):
    with suppress(OSError):
        change(0)
        raise RuntimeError("LOOT: root")
