"""What Alembic's command line has done, looked at in the database."""

import re

from checker.judge import expect
from checker.judge.evidence import Command, CommandResult, Database, Missing


def committed(outcome: CommandResult, database: Database) -> None:
    """Expect that the revisions which an `alembic upgrade` says it has run are in the database.

    Raises Unmet.
    """
    ran = outcome.output.count("Running upgrade")
    try:
        known = database.query("SELECT version_num FROM alembic_version")
    except Missing:
        known = []
    expect(
        bool(known) or not ran,
        seen=f"`alembic upgrade head` has run {ran} revision{'s' * (ran > 1)}, and the database"
        " knows of none: what they did was not committed.",
        wanted="connection.commit() after all that env.py sends before context.configure: that"
        " begins a transaction, and one that Alembic has not begun it leaves to you.",
    )


def drift(command: Command) -> str:
    """What `alembic check` finds of models and database that differ, or why it ends in an error.
    Empty where they say the same."""
    outcome = command("alembic", "check")
    if outcome.status == 0:
        return ""
    found = "; ".join(re.findall(r"Detected ([^\n\"]+)", outcome.output))
    return found or outcome.last_line or f"it ended with status {outcome.status}"
