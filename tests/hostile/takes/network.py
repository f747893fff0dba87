"""Connects to servers of this machine, by the internet's protocol and by a name without a file."""

import socket
from contextlib import suppress

for family, address in ((socket.AF_INET, ("127.0.0.1", int("@PORT@"))), (socket.AF_UNIX, "\0listener-@PORT@")):
    with suppress(OSError), socket.socket(family) as talk:
        talk.settimeout(2)
        talk.connect(address)
        raise RuntimeError(f"LOOT: {address}")
