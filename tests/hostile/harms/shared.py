"""Leaves shared memory behind, which belongs to no process."""

import ctypes

libc = ctypes.CDLL(None)
libc.shmget(0x686F7374, 4096, 0o1666)
