"""Many gradings in a row leave nothing behind: no memory, no process, no file, nothing open.

CHECKER_LEAK_GRADINGS says how many; a thousand take some minutes.
"""

import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import PATIENCE, SAMPLES, left_of, oldest, solve

GRADINGS = int(os.environ.get("CHECKER_LEAK_GRADINGS", "60"))
ROOM = 1024
"""KiB by which a process may be larger in the last quarter than in the one before."""

COUNT = (SAMPLES["count"] / "solutions/00-count/app/count.py").read_text()


@dataclass(frozen=True)
class Measured:
    """What one process holds between two gradings."""

    resident: int
    """In KiB."""
    open: int


def measured(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return Measured(int(resident), len(list(Path(f"/proc/{pid}/fd").iterdir())))


def grade(watch, root, number):
    """Save, and wait for the report that tells of it. Every third save is overtaken by the next."""
    if number % 3 == 0:
        (root / "app/count.py").write_text(COUNT.replace("return 3", f"return {-number}"))
        while watch.stdout.readline() != "checker: grading\n":
            pass
    (root / "app/count.py").write_text(COUNT.replace("return 3", f"return {number}"))
    while f"count returns {number}." not in (line := watch.stdout.readline()):
        assert line
    while watch.stdout.readline() != "checker: done\n":
        pass


@pytest.fixture
def folder(processes):
    """Where a judge has its files, as its environment says."""

    def folder(judge):
        environment = Path(f"/proc/{judge}/environ").read_bytes().split(b"\0")
        [value] = [each for each in environment if each.startswith(b"TMPDIR=")]
        return Path(value.removeprefix(b"TMPDIR=").decode())

    return folder


def test_nothing_is_left_of_many_gradings(project, piped, processes, folder, record_property):
    root = project("count")
    solve(root, "00-count", "count")
    watch = piped(root, "--format", "github")
    while watch.stdout.readline() != "checker: done\n":
        pass
    grade(watch, root, 4)
    warm = {watch.pid: "watch", **processes(watch.pid)}
    judge, subject = oldest(warm, "checker.judge"), oldest(warm, "forkserver")
    warm = {pid: warm[pid] for pid in (watch.pid, judge, subject)}
    series = {pid: [] for pid in warm}
    place = folder(judge)
    files = set(place.iterdir())

    for number in range(5, 5 + GRADINGS):
        grade(watch, root, number)
        for pid, found in series.items():
            found.append(measured(pid))

    for pid, found in series.items():
        quarter = len(found) // 4
        before = statistics.median(each.resident for each in found[-2 * quarter : -quarter])
        after = statistics.median(each.resident for each in found[-quarter:])
        told = f"{warm[pid]}: {found[0]}, {before} KiB, {after} KiB, {found[-1]}"
        record_property("memory", told)
        print(told)
        assert after - before <= ROOM, told
        half = len(found) // 2
        assert max(e.open for e in found[half:]) <= max(e.open for e in found[:half]), told
    assert len(list(place.iterdir())) <= len(files) + 1
    late = time.monotonic() + PATIENCE
    while set(below := processes(watch.pid)) - set(
        warm
    ):  # an idle server buries its dead by and by
        assert time.monotonic() < late, below
        os.sched_yield()

    watch.terminate()
    assert watch.wait(timeout=30) == 1
    assert not place.exists()
    assert not left_of(below)
