"""What PostgreSQL would be sent, without a server: looked at where it is written, never run."""

from collections.abc import Callable
from functools import partial

import pytest

from checker.judge.evidence import Command, Project

URL = "postgresql+asyncpg://nobody:nothing@127.0.0.1:1/offline"
"""A server that is not there: whoever connects to it fails."""

Sql = Callable[..., str]


@pytest.fixture
def on_postgresql(command: Command, project: Project) -> Sql:
    """The SQL of `alembic … --sql` for PostgreSQL: `on_postgresql("upgrade", "head")`.

    The models' own, by a probe, are `CreateTable(table).compile(dialect=postgresql.dialect())`.
    """
    return partial(statements, command, project)


def statements(command: Command, project: Project, *argv: str) -> str:
    """What alembic writes, without its own words. Raises Unmet where it needs a connection."""
    before = dict(project.env)
    project.env["DATABASE_URL"] = URL
    try:
        outcome = command.must("alembic", *argv, "--sql", wanted="The SQL, with no connection.")
    finally:
        project.env.clear()
        project.env.update(before)
    lines = outcome.output.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("INFO ", "--")))
