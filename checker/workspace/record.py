"""What this process has changed on disk, so that a command that is stopped says no more than is so.

Paths of the learner's that were written, replaced or removed; what was undone is not among them.
"""

from pathlib import Path

_changed: dict[Path, None] = {}


def note(*paths: Path) -> None:
    _changed.update(dict.fromkeys(paths))


def changed() -> tuple[Path, ...]:
    return tuple(_changed)


def forget() -> None:
    """Begin anew: another command in the same process."""
    _changed.clear()
