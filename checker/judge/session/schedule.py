"""Which check runs next. Nothing here runs one."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from checker.judge.declaration import Declaration
from checker.judge.results import blocked_by, result_of
from checker.judge.unmet import Blocked
from checker.report import CheckResult, Outcome


class Schedule:
    """The checks of one grading: those still to be handed out, and the results so far.

    `declarations` are those of all checks, in the lesson's order. Only those in `only` are graded,
    with what they need; without any, all are. Those in `first` come first, in that order, and what
    they need before them; then those that take longest, as `durations` tells, in milliseconds.
    `assumed_passed` are checks that others need not wait for, since they are likely to pass: they
    did before.
    """

    def __init__(
        self,
        declarations: Mapping[str, Declaration],
        *,
        only: Iterable[str] = (),
        first: Sequence[str] = (),
        assumed_passed: Container[str] = frozenset(),
        durations: Mapping[str, int] | None = None,
    ) -> None:
        needs = needs_among(declarations)
        if only := tuple(only):
            wanted = with_needs(only, needs)
            declarations = {id_: each for id_, each in declarations.items() if id_ in wanted}
            needs = needs_among(declarations)
        took = durations or {}
        longest = sorted(declarations, key=lambda id_: -took.get(id_, 0))
        self.results: dict[str, CheckResult] = {}
        self.running: set[str] = set()
        self._selected = frozenset({*only, *declarations}) if only else None
        self._declarations = declarations
        self._needs = needs
        self._urgent = frozenset(first)
        self._assumed = frozenset(id_ for id_ in declarations if id_ in assumed_passed)
        self._waiting = prioritized(longest, needs, first, self._assumed)
        self._ended: set[str] = set()

    def includes(self, check: str) -> bool:
        """Whether the check is one of those that are asked for, or needed by one."""
        return self._selected is None or check in self._selected

    def next(self) -> str | None:
        """The first check whose needs have all ended; None while there is none. It runs now.

        Rather than that a worker does nothing, what is assumed to pass counts as ended.
        """
        likely = self._ended | self._assumed
        ready = [
            id_
            for id_ in self._waiting
            if (likely if id_ in self._urgent else self._ended).issuperset(self._needs[id_])
        ]
        ready = ready or [id_ for id_ in self._waiting if likely.issuperset(self._needs[id_])]
        if not ready:
            return None
        self._waiting.remove(ready[0])
        self.running.add(ready[0])
        return ready[0]

    def needed_results(self, check: str) -> tuple[CheckResult, ...]:
        """The results there are of the checks that this one needs."""
        return tuple(self.results[need] for need in self._needs[check] if need in self.results)

    def record(self, check: str, result: CheckResult | None) -> None:
        """The check has ended; without a result, it gave no outcome."""
        self.running.discard(check)
        self._ended.add(check)
        if result is not None:
            self.results[check] = result

    def fail(self, check: str, reason: Exception) -> CheckResult:
        """End the check without an outcome of its own, for a reason that is not the check's."""
        result = result_of(check, self._declarations[check], reason, 0)
        self.record(check, result)
        return result

    def give_up(self, reason: Exception) -> list[CheckResult]:
        """End all that runs or waits."""
        left = [*self.running, *self._waiting]
        self._waiting.clear()
        return [self.fail(check, reason) for check in left]

    def block_premature(self) -> Iterator[CheckResult]:
        """The checks that ran too early: what they need was assumed to pass, and did not.

        They are blocked now, as they would have been in their turn.
        """
        changed = True
        while changed:
            changed = False
            for id_, declaration in self._declarations.items():
                result = self.results.get(id_)
                if result is None or result.outcome is Outcome.BLOCKED:
                    continue
                if by := blocked_by(declaration, self.results):
                    blocked = result_of(id_, declaration, Blocked(by), result.duration_ms)
                    self.results[id_] = blocked
                    changed = True
                    yield blocked


def needs_among(declarations: Mapping[str, Declaration]) -> dict[str, tuple[str, ...]]:
    """What each check needs, as far as it is among them."""
    return {
        id_: tuple(need for need in declaration.needs if need in declarations)
        for id_, declaration in declarations.items()
    }


def prioritized(
    checks: Sequence[str],
    needs: Mapping[str, Sequence[str]],
    first: Iterable[str],
    assumed_passed: Container[str] = (),
) -> list[str]:
    """The checks with those in `first` before the others, in that order, and what each of them
    needs before it.

    Needs that are assumed to pass need not come first. The others keep their order.
    """
    found: dict[str, None] = {}
    for id_ in first:
        wanted = with_needs([id_], needs, assumed_passed)
        found |= dict.fromkeys(each for each in checks if each in wanted)
    return [*found, *(each for each in checks if each not in found)]


def with_needs(
    checks: Iterable[str], needs: Mapping[str, Sequence[str]], assumed_passed: Container[str] = ()
) -> set[str]:
    """The checks, as far as they are known, with all that they need but what is assumed to pass."""
    wanted: set[str] = set()
    open_ = [id_ for id_ in checks if id_ in needs]
    while open_:
        id_ = open_.pop()
        if id_ not in wanted:
            wanted.add(id_)
            open_ += [need for need in needs[id_] if need not in assumed_passed]
    return wanted
