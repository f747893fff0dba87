"""Whose turn it is: sides alternate, for so many rounds or for so long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 3
"""How many turns each side gets at least, where there is time for them."""


@dataclass(frozen=True)
class Rounds:
    """Every side has so many turns."""

    number: int

    def next(self, taken: Mapping[str, Sequence[float]], elapsed: float) -> str | None:
        """The side with the fewest turns; of equals, the first. None at the end.

        `taken` holds the seconds that each turn of each side has taken, `elapsed` those since the
        beginning.
        """
        del elapsed
        return _fewest(taken, [name for name in taken if len(taken[name]) < self.number])


@dataclass(frozen=True)
class Seconds:
    """Turns begin until `enough` seconds have passed; sides with fewer than FEWEST have more of
    them, as long as they are likely to end before `latest`. Every side has one."""

    enough: float
    latest: float

    def next(self, taken: Mapping[str, Sequence[float]], elapsed: float) -> str | None:
        wanted = [
            name
            for name, turns in taken.items()
            if not turns
            or (
                (len(turns) < FEWEST or elapsed < self.enough)
                and elapsed + max(turns) < self.latest
            )
        ]
        return _fewest(taken, wanted)


def _fewest(taken: Mapping[str, Sequence[float]], names: Sequence[str]) -> str | None:
    return min(names, key=lambda name: len(taken[name]), default=None)
