"""The processes below one, as Linux's /proc shows them."""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self


def descendants(pid: int) -> Iterator[int]:
    """Every process that this one has started, and those that they have; nothing elsewhere."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        listed = " ".join((task / "children").read_text(encoding="ascii") for task in tasks)
    except OSError:  # it has ended, or this is no Linux
        return
    for child in map(int, listed.split()):
        yield child
        yield from descendants(child)


def settle(longest: float = 2.0) -> None:
    """Wait until nothing that was started here is working any more, but no longer than that.

    What one measurement leaves to be done afterwards is then no part of the next one.
    """
    end = time.monotonic() + longest
    before = _ticks()
    while time.monotonic() < end:
        time.sleep(0.06)
        now = _ticks()
        if now == before:
            return
        before = now


def _ticks() -> dict[int, int]:
    """The processor time of each process below this one."""
    found = {}
    for pid in descendants(os.getpid()):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        except OSError:
            continue
        user, system = fields.split()[11:13]
        found[pid] = int(user) + int(system)
    return found


def pss(pids: Iterable[int]) -> int:
    """The proportional set size of processes, in bytes: of a page that several share, each has its
    part. 0 where the system does not tell."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


class Peak:
    """The most memory that the processes below this one have at once while the block runs.

    `bytes` is their proportional set size together, looked at every `interval` seconds, and of no
    worth before the block ends. 0 where the system does not tell.
    """

    def __init__(self, interval: float = 0.01) -> None:
        self.bytes = 0
        self._interval = interval
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            self.bytes = max(self.bytes, pss(descendants(os.getpid())))
            self._ended.wait(self._interval)
