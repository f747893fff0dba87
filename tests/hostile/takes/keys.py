"""Stores something in the kernel that outlives it, and asks it to work without system calls."""

import ctypes

libc = ctypes.CDLL(None)
ADD_KEY, IO_URING_SETUP, BPF, USERFAULTFD = 248, 425, 321, 323

if libc.syscall(ADD_KEY, b"user", b"hostile", b"x", 1, -4) > 0:
    raise RuntimeError("LOOT: a key")
room = ctypes.create_string_buffer(256)
for number in (IO_URING_SETUP, BPF, USERFAULTFD):
    if libc.syscall(number, 1, room) >= 0:
        raise RuntimeError(f"LOOT: {number}")
