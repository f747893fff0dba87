"""Landlock: a process gives up, for itself and all that come of it, what it may do to files.

The numbers are those of `linux/landlock.h`; what a kernel does not know yet is left out.
"""

import os
import struct
from collections.abc import Iterable
from pathlib import Path

from checker.subject import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ = 0x1 | 0x4 | 0x8  # to execute, to read a file, to read a folder
_WRITE = 0x2 | 0x10 | 0x20 | 0x80 | 0x100 | 0x200 | 0x2000 | 0x4000
"""To write to a file, to remove, to make folders, files and sockets, to move, to truncate: neither
links nor pipes nor devices."""
_OF_FILES = 0x1 | 0x2 | 0x4 | 0x4000
_KNOWN = (0, 0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF)
"""By version of the interface, from 1 on; the last one's for all later ones."""
_SCOPES = 0x1 | 0x2  # sockets without a file, and signals: not beyond this process and its own


def version() -> int:
    """Of the kernel's interface; 0 where there is none."""
    try:
        return kernel.syscall(_CREATE, 0, 0, 1)
    except OSError:
        return 0


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Nothing but these files and folders, from now on. Raises OSError.

    To be called where no program can gain privileges any more.
    """
    number = version()
    known = _KNOWN[min(number, len(_KNOWN) - 1)]
    attributes = struct.pack("=QQQ", known, 0, _SCOPES)
    size = 24 if number >= 6 else 8
    rules = kernel.syscall(_CREATE, attributes[:size], size, 0)
    for allowed, paths in ((_READ, readable), (_READ | _WRITE, writable)):
        for path in paths:
            of_kind = allowed if path.is_dir() else allowed & _OF_FILES
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            kernel.syscall(_ADD, rules, 1, struct.pack("=Qi", of_kind & known, place), 0)
            os.close(place)
    kernel.syscall(_RESTRICT, rules, 0)
    os.close(rules)
