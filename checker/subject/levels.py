"""The levels of isolation there are, by the name that reports give them."""

from collections.abc import Callable, Mapping, Sequence

from checker.subject.isolation import Isolation
from checker.subject.process import Process

LEVELS: Mapping[str, Callable[[Sequence[str]], Isolation]] = {Process.name: Process}


def isolate(preload: Sequence[str] = (), level: str = Process.name) -> Isolation:
    """That level, whose hosts have imported `preload` where they can. Raises KeyError."""
    return LEVELS[level](preload)
