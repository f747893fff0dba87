"""Defaults that have drifted from the models, seen by `alembic check`."""

import re

from checker.judge import check, expect, tried
from checker.judge.evidence import Command, Probe, Project, Source, SqliteDatabase

OPTION = "compare_server_default"
DRIFTS = """
import sqlalchemy as sa
from alembic import op

revision = "drifts"
down_revision = {head!r}


def upgrade():
    with op.batch_alter_table({table!r}) as table:
        table.alter_column({column!r}, server_default={default})
"""
CHANGES = {
    ("posts", "published"): ("None", "was dropped"),
    ("users", "created_at"): ("sa.text('CURRENT_TIMESTAMP')", "became CURRENT_TIMESTAMP"),
}


@check(
    title="`alembic check` notices a default that has drifted from the models",
    why="With another default in the table the next row is not what your code says of it.",
    read="Stretch: a drift that Alembic overlooks",
    stretch=True,
)
def test_drift(
    source: Source, command: Command, sqlite: SqliteDatabase, project: Project, probe: Probe
):
    # On a SQLite file whatever the other checks use: the drift is made by a batch.
    tried(any(OPTION in module.text for module in source.modules("alembic/env.py")))
    head = probe("revisions", doing="reading the revisions")["ids"][-1]
    command.must("alembic", "upgrade", "head")
    clean = command("alembic", "check")
    expect(
        clean.status == 0,
        seen="After `alembic upgrade head` of your own history `alembic check` says: "
        + ("; ".join(re.findall("Detected (.+)", clean.output)) or clean.last_line),
        wanted=f"Nothing: {OPTION}=True compares what both sides render. Where they are written"
        " differently and mean the same, a function in its place decides.",
        why="A check that is always red is soon switched off.",
    )
    for (table, column), (default, happened) in CHANGES.items():
        revision = DRIFTS.format(head=head, table=table, column=column, default=default)
        project.write("alembic/versions/drifts.py", revision)
        command.must("alembic", "upgrade", "head", wanted="A batch that alters a default runs.")
        found = command("alembic", "check")
        expect(
            found.status != 0 and column in found.output,
            seen=f"The default of {table}.{column} {happened}, and `alembic check` says:"
            f" {found.last_line}",
            wanted=f"That it is not the model's: {OPTION}=True among OPTIONS, which run_on hands to"
            " context.configure.",
        )
        command.must("alembic", "stamp", head)
