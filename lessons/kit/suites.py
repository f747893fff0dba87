"""What the checks of a lesson about tests run a suite on: a service that is right, the same built
another way, and bugs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checker.curriculum import load_curriculum
from checker.curriculum.bugs import Bug, load_bugs
from checker.curriculum.composition import overlay, solution, solved
from checker.curriculum.reached import reached
from checker.judge import Blocked, expect
from checker.judge.evidence import Failure, Project, Run, Suite

SURVIVORS = 1
"""How many bugs of one group may go unnoticed. Of those in what is committed, none."""

ADVICE = {
    "requested an async fixture": '@pytest_asyncio.fixture, or asyncio_mode = "auto" under'
    " [tool.pytest] in pyproject.toml.",
    "async def functions are not natively supported": 'asyncio_mode = "auto" under'
    " [tool.pytest] in pyproject.toml, or a mark on each test.",
    "unexpected keyword argument 'app'": "AsyncClient(transport=ASGITransport(app=app), …)",
    "object has no attribute 'session_factory'": "The app was not started:"
    " async with app.router.lifespan_context(app).",
    "500": "Where most tests end so, the app was not started:"
    " async with app.router.lifespan_context(app).",
    "no such table": "Tables in the database of each test: create_all, or your migrations.",
    "attached to a different loop": "The engine made in a fixture, not at the top of a module.",
}
"""What to do about failures of one's own tests that many begin with, by words of the message."""


@dataclass(frozen=True)
class Services:
    """`reference` keeps the contract of the lesson that the project has reached. `rebuilt` is the
    same with each lesson's overlay in `checks/refactors/rebuilt` over its solution: what a later
    lesson changes is the later lesson's. `bugs` are the changes to the reference in the
    `mutants.toml` beside the checks that ask."""

    reference: Mapping[str, Path]
    rebuilt: Mapping[str, Path]
    bugs: tuple[Bug, ...]


def services_for(checks: Path, project: Path) -> Services:
    """Those of the lesson whose checks are in this folder, for a project."""
    curriculum = load_curriculum(checks.parents[2])
    lesson = curriculum.lesson(checks.parent.name)
    last = reached(curriculum, lesson, project)
    rebuilt: dict[str, Path] = {}
    for each in (*curriculum.up_to(last), last):
        rebuilt |= solution(each)
        rebuilt |= overlay(each.folder / "checks" / "refactors" / "rebuilt")
    return Services(solved(curriculum, last), rebuilt, load_bugs(lesson, checks.name))


@pytest.fixture
def services(request: pytest.FixtureRequest, project: Project) -> Services:
    """What the suite of the project that is graded runs on."""
    return services_for(request.path.parent, project.root)


def hunt(
    group: str, suite: Suite, services: Services, remark: Callable[..., None], cause: str
) -> None:
    """Say which bugs of a group no test notices, and how many may remain.

    Raises Unmet, and Blocked by the check `cause` where the tests do not pass on the reference.
    """
    if not suite.on_reference(services.reference).run.passed:
        raise Blocked(cause)
    bugs = [bug for bug in services.bugs if bug.group == group]
    survivors = suite.survivors(services.reference, bugs)
    names = "; when ".join(bug.bug for bug in survivors)
    remark(
        note=f"Your tests still pass when {names}." if survivors else "",
        survivors=[bug.name for bug in survivors],
    )
    noticed = f"Your tests notice {len(bugs) - len(survivors)} of {len(bugs)} bugs."
    expect(
        not any(bug.uncommitted for bug in survivors),
        seen=f"{noticed} They still pass when {names}.",
        wanted=f"At least {len(bugs) - SURVIVORS} of {len(bugs)} noticed, and of those in what is"
        " committed each: by a test that looks from a second session, also after a call that is"
        " refused.",
    )
    expect(
        len(survivors) <= SURVIVORS,
        seen=f"{noticed} They still pass when {names}.",
        wanted=f"At least {len(bugs) - SURVIVORS} of {len(bugs)} noticed, by a test that fails and"
        " has executed what is broken.",
    )


def green(run: Run, where: str, wanted: str, advice: Mapping[str, str] = ADVICE) -> None:
    """All tests of a run have passed. `advice` is for tests that have passed nowhere yet.

    Raises Unmet.
    """
    expect(
        not run.broken,
        seen=f"On {where}, pytest cannot collect a module: {first(run.broken)}",
        wanted=wanted,
    )
    name, failure = next(iter(run.failed.items()), ("", Failure(error="")))
    number = len(run.failed)
    said = f"{failure.error} {failure.told}"
    advised = next((text for words, text in advice.items() if words in said), "")
    expect(
        not run.failed,
        seen=f"On {where}, {number} {'test fails' if number == 1 else 'tests fail'}: {name}:\n"
        f"{failure.told}",
        wanted=f"{wanted} {advised}".rstrip(),
        at=failure.at,
    )


def tests_of(run: Run) -> list[str]:
    """Every test that was run."""
    return [*run.passed, *run.failed]


def first(texts: Any) -> str:
    return texts[0] if texts else ""
