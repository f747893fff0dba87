"""How a check says that the submission falls short."""

from typing import Self

from checker.report import Location


class Unmet(Exception):
    """What was seen is not what was wanted. `why` and `errata` override the declaration's where
    they are given: an erratum is named only where its form is what was seen. Where it is `final`,
    nothing is added of what a library's message means in general."""

    def __init__(
        self,
        seen: str,
        wanted: str = "",
        at: Location | None = None,
        why: str = "",
        errata: tuple[str, ...] | None = None,
        *,
        final: bool = False,
    ) -> None:
        super().__init__(f"{seen} (wanted: {wanted})")
        self.seen = seen
        self.wanted = wanted
        self.at = at
        self.why = why
        self.errata = errata
        self.final = final

    def __copy__(self) -> Self:
        """Exceptions are copied by being made again, and a subclass takes other arguments."""
        found = type(self).__new__(type(self), *self.args)
        found.__dict__.update(self.__dict__)
        return found


class Overdue(Unmet):
    """The submission gave no answer within its deadline."""


class Unread(Unmet):
    """A check met data of the submission's for which it has no words: the last resort, never
    reached by anything under `tests/`."""


class Blocked(Exception):
    """A check that this one needs did not pass. `by` is its id."""

    def __init__(self, by: str) -> None:
        super().__init__(f"needs {by}")
        self.by = by


class Superseded(Exception):
    """The check is not asked: the project keeps the contract of a later lesson. `why` says so."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotGraded(Exception):
    """What a check looks for cannot be brought about here. `why` says so, to the learner."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotTried(Exception):
    """There is nothing in the submission of what a stretch exercise asks for."""


def tried(condition: bool) -> None:
    """End a check of a stretch exercise as not tried unless `condition` holds.

    Whether it was tried shows in what the submission does, or in its files. Raises NotTried.
    """
    if not condition:
        raise NotTried


def expect(
    condition: bool,
    *,
    seen: str,
    wanted: str,
    at: Location | None = None,
    why: str = "",
    errata: tuple[str, ...] | None = None,
    final: bool = False,
) -> None:
    """Fail the check unless `condition` holds.

    `seen` is a sentence about this submission with the value or the place in it, `wanted` a
    sentence about what the check would have accepted; where it is `final`, it is all that helps.
    Raises Unmet.
    """
    if not condition:
        raise Unmet(seen, wanted, at, why, errata, final=final)
