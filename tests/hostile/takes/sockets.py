"""Opens sockets that reach the kernel's rarer parts, or the machine around a virtual one."""

import socket
from contextlib import suppress

KINDS = (("AF_VSOCK", 1), ("AF_ALG", 5), ("AF_PACKET", 3), ("AF_NETLINK", 3), ("AF_INET", 3))

for family, kind in KINDS:
    with suppress(OSError, AttributeError), socket.socket(getattr(socket, family), kind):
        raise RuntimeError(f"LOOT: {family}")
