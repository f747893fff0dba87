"""Reads the memory of the process that its answers go through, or of the judge's."""

import ctypes
import re
from contextlib import suppress
from pathlib import Path

libc = ctypes.CDLL(None)


class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


for process in Path("/proc").glob("[0-9]*"):
    with suppress(OSError):
        command = (process / "cmdline").read_bytes()
        if process.name != "1" and b"checker.judge" not in command:
            continue
        first = re.match(r"([0-9a-f]+)-", (process / "maps").read_text())
        address = int(first[1], 16)
        with (process / "mem").open("rb") as memory:
            memory.seek(address)
            if memory.read(16):
                raise RuntimeError(f"LOOT: {process}/mem")
        here = ctypes.create_string_buffer(16)
        local, remote = Part(ctypes.addressof(here), 16), Part(address, 16)
        if libc.process_vm_readv(int(process.name), ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
            raise RuntimeError(f"LOOT: {process}, process_vm_readv")
