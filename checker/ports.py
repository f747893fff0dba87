"""Ports for programs that are told theirs before they listen."""

import errno
import random
import socket
from contextlib import suppress

_ASIDE = range(20_000, 32_768)
"""Below those that a system gives to whoever asks for any port, and to each outgoing connection:
Linux from 32768, macOS from 49152."""


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens, and which nobody is given meanwhile who asks for
    any. Raises OSError where there is none."""
    for port in random.SystemRandom().sample(_ASIDE, min(100, len(_ASIDE))):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRINUSE, f"No port from {_ASIDE[0]} to {_ASIDE[-1]} is free.")
