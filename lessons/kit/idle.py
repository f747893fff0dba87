"""What a process takes that has nothing to do."""

import time

from checker.judge import expect
from checker.judge.evidence import Running

SECONDS = 2.0
SHARE = 0.1
"""Of a processor. Who rests needs a tenth of it, and who does not takes all that there is."""


def rests(running: Running, doing: str, wanted: str) -> None:
    """Expect that a process which waits for work leaves the processor to others. Raises Unmet."""
    before, worked = time.monotonic(), running.worked
    running.wait(SECONDS)
    share = (running.worked - worked) / (time.monotonic() - before)
    expect(
        share < SHARE,
        seen=f"{doing}, and within {SECONDS:.0f} s the process took {share:.0%} of a processor.",
        wanted=wanted,
        why="A loop without a pause asks thousands of times a second whether there is something"
        " to do, and takes a processor for it.",
    )
