"""What a course's kit can add to the engine, as hooks of pytest."""

from collections.abc import Sequence

import pytest

from checker.judge.faults import FAULTS, Fault


@pytest.hookspec
def pytest_checker_faults() -> Sequence[Fault]:  # type: ignore[empty-body]
    """Rows that are looked at before the engine's own: what exceptions mean in this course."""


def faults_of(config: pytest.Config) -> list[Fault]:
    """The course's rows and then the engine's."""
    given: list[Sequence[Fault]] = config.hook.pytest_checker_faults()
    return [*(fault for rows in given for fault in rows), *FAULTS]
