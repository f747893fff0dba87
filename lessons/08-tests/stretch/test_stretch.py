"""The learner's tests of races, graded by bugs that only a race shows."""

from checker.judge import check, expect, tried
from checker.judge.evidence import Source, Suite
from kit.suites import Services

FILE = "tests/test_races.py"


@check(
    title="Your tests notice a service that asks first and stores then",
    why="One at a time everything is right: it breaks on the day on which two come at once.",
    read="Stretch: a test of a race",
    stretch=True,
)
def test_races(source: Source, suite: Suite, services: Services):
    tried(source.exists(FILE))
    run = suite.on_reference(services.reference).run
    own = [name for name in (*run.passed, *run.failed) if name.startswith(FILE)]
    expect(
        bool(own),
        seen=f"pytest finds no test in {FILE}.",
        wanted="Functions that begin with test_, in that file.",
    )
    survivors = suite.survivors(services.reference, services.bugs)
    expect(
        not survivors,
        seen=f"Your tests still pass when {'; when '.join(bug.bug for bug in survivors)}.",
        wanted="Calls at the same moment: asyncio.gather, a session for each of them, the same"
        " title or address in all, and then exactly one that is stored.",
    )
