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
        wanted = [name for name, turns in taken.items() if len(turns) < self.number]
        return min(wanted, key=lambda name: len(taken[name]), default=None)


@dataclass(frozen=True)
class Seconds:
    """Every side has a turn, then whichever has had the least time, until `enough` seconds have
    passed. Sides with fewer than FEWEST turns go on, as long as theirs would end before `latest`.
    """

    enough: float
    latest: float

    def next(self, taken: Mapping[str, Sequence[float]], elapsed: float) -> str | None:
        """As `Rounds.next`. What is quick, and so varies more, has more turns."""
        wanted = [
            name
            for name, turns in taken.items()
            if not turns
            or (
                (len(turns) < FEWEST or elapsed < self.enough)
                and elapsed + max(turns) < self.latest
            )
        ]
        return min(wanted, key=lambda name: sum(taken[name]), default=None)
