"""What the revisions make on PostgreSQL, by the SQL that is printed for it: no server is needed."""

import re
from collections.abc import Iterator

from checker.judge import check, expect
from checker.judge.evidence import Command, Probe, Project, SqliteDatabase
from kit import ddl

CLOCK = re.compile(
    r"((pg_catalog\.)?(now|(clock|statement|transaction)_timestamp)\(\)"
    r"|CURRENT_TIMESTAMP( ?\(\d\))?)",
    re.IGNORECASE,
)
CAST = re.compile(r" ?:: ?(timestamptz|timestamp with time zone|boolean|bool)$", re.IGNORECASE)
MOMENT = re.compile(r"\S+ (TIMESTAMPTZ|TIMESTAMP ?(\(\d\) ?)?WITH TIME ZONE)\b", re.IGNORECASE)
KEPT = {
    "users": {"a unique constraint on email": r"\bemail\b.* UNIQUE\b|UNIQUE\b.*\(email\)"},
    "posts": {
        "a unique constraint on title": r"\btitle\b.* UNIQUE\b|UNIQUE\b.*\(title\)",
        "a foreign key of user_id to users with ON DELETE CASCADE": r"\buser_id\b.*\bREFERENCES"
        r" ([\w]+\.)?users\b.* ON DELETE CASCADE\b",
        "an index on user_id": r"CREATE .*INDEX .*\(user_id\b",
        "an index on published and created_at": r"CREATE .*INDEX .*\(published\b[^,]*, ?created_at"
        r"\b",
    },
}
"""What must be there on each database, with the words that make it."""
FALSE = ("false", "'false'", "'f'", "'0'", "0")
NUMBER_FOR_BOOLEAN = re.compile(
    r"\bpublished\W{0,3}\s*(=|<>|!=|\bIS\b|\bIN\b)\s*\(?[01]\b", re.IGNORECASE
)


@check(
    title="PostgreSQL takes the same revisions",
    items=["model.migration", "topic.alembic"],
    why="A revision that was only tried on SQLite stops the first deployment.",
    read="A column for a full table",
    errata=["E25"],
    needs=["02.tables"],
)
def test_on_postgresql(probe: Probe, project: Project, command: Command, sqlite: SqliteDatabase):
    # The SQL that Alembic would send: no server is needed to print it.
    project.env["DATABASE_URL"] = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
    sql = probe("sql", doing="running `alembic upgrade head --sql` for PostgreSQL")
    expect(
        not sql["error"],
        seen=f"With a PostgreSQL URL, `alembic upgrade head --sql` fails: {sql['error']}",
        wanted="The SQL, printed without a server: in a revision ask op.get_context().dialect,"
        " which is there without a connection, and let a batch make the table anew on SQLite alone:"
        ' recreate="auto", as it is by itself.',
    )
    for table in ("users", "posts"):
        expect(
            re.search(rf"\bCREATE TABLE\b.*\b{table}\b", sql["printed"]),
            seen=f"With a PostgreSQL URL, `alembic upgrade head --sql` prints nothing that makes"
            f" {table}.",
            wanted="The statements of every revision, as run_offline of the starter prints them.",
        )
    for line in sql["printed"].splitlines():
        expect(
            not NUMBER_FOR_BOOLEAN.search(line),
            seen=f"PostgreSQL would be sent: {line.strip()} It refuses a number where a boolean is"
            " meant.",
            wanted="false and true, which SQLite knows as well.",
        )
        expect(
            not re.search(r"\bBOOLEAN DEFAULT \(?[01]\b", line),
            seen=f"PostgreSQL would be sent: {line.strip()} It refuses a number as the default of a"
            " boolean.",
            wanted="server_default=sa.false(), which each database gets in its own words.",
        )
        expect(
            not re.search(r"strftime|datetime\(|PRAGMA|AUTOINCREMENT", line),
            seen=f"PostgreSQL would be sent: {line.strip()} Only SQLite has that.",
            wanted='A default by op.get_context().dialect.name: now() where it is not "sqlite".',
        )
        expect(
            "TIMESTAMP WITHOUT TIME ZONE" not in line,
            seen=f"PostgreSQL would be sent: {line.strip()}",
            wanted="sa.DateTime(timezone=True)",
            why="A time without a zone is the server's local time.",
            errata=("E23",),
        )
    made = ddl.tables(sql["printed"])
    _times(made)
    if lacking := dict(_lacking(made)):
        project.env["DATABASE_URL"] = sqlite.url
        command.must("alembic", "upgrade", "head")
        here = sqlite.query("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        both = dict(_lacking(ddl.tables(";".join(row["sql"] for row in here))))
        for what, (wanted, why) in lacking.items():
            expect(
                what in both,  # what no database has is another check's finding
                seen=f"On PostgreSQL {what} after all revisions; on SQLite it is as it should be.",
                wanted=f"On each database {wanted}.",
                why=why,
            )


def _times(tables: dict[str, ddl.Table]) -> None:
    """Hold what PostgreSQL has for times to the models: moments, and its own clock."""
    for name in (each for each in KEPT if each in tables):
        columns = tables[name].columns
        for column in ("created_at", "updated_at"):
            made = columns[column].words if column in columns else ""
            expect(
                not made or MOMENT.match(made),
                seen=f"On PostgreSQL {name}.{column} is made as: {made}.",
                wanted="sa.DateTime(timezone=True)",
                why="A time without a zone is the server's local time.",
                errata=("E23",),
            )
        if "created_at" in columns:
            default = columns["created_at"].default or "none"
            expect(
                _is_clock(default),
                seen=f"On PostgreSQL the default of {name}.created_at is {default}, which is not"
                " its clock.",
                wanted='now() or CURRENT_TIMESTAMP as it is, where the dialect is not "sqlite".',
                why=_instead_of_a_clock(default),
            )


def _lacking(tables: dict[str, ddl.Table]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What the tables lack: in words, what is wanted, and why."""
    unseen = "What was only looked at on SQLite is then missing in production."
    refused = (
        "A copy of the service that still runs the old code stores posts without published: each"
        " of them would be refused."
    )
    for name in (each for each in KEPT if each in tables):
        table = tables[name]
        for column, found in table.columns.items():
            if not (found.needed or column in ("id", "updated_at")):
                yield f"{name}.{column} may be NULL", ("nullable=False", unseen)
            if column == "published" and _plain(found.default or "").lower() not in FALSE:
                wanted = "server_default=sa.false(), which stays"
                yield f"{name}.{column} has no default of false", (wanted, refused)
        words = [*table.rules.values(), *(each.words for each in table.columns.values())]
        for what, pattern in KEPT[name].items():
            if not any(re.search(pattern, each, re.IGNORECASE) for each in words):
                yield f"{name} lacks {what}", (what, unseen)


def _plain(default: str) -> str:
    """An expression without brackets around all of it, and without a cast to what it is."""
    while default.startswith("(") and default.endswith(")"):
        default = default[1:-1].strip()
    return CAST.sub("", default)


def _is_clock(default: str) -> bool:
    rounded = re.fullmatch(
        r"date_trunc\('(?:micro|milli)?seconds?', ?(.+)\)", _plain(default), re.IGNORECASE
    )
    return bool(CLOCK.fullmatch(rounded[1] if rounded else _plain(default)))


def _instead_of_a_clock(default: str) -> str:
    """What becomes of the times by such a default."""
    if default.startswith("'"):
        return "A text is read once, when the table is made: every row would have that time."
    if "LOCALTIMESTAMP" in default.upper():
        return "It has no zone: in the night that clocks are put back it is an hour off."
    if CLOCK.search(default):
        return (
            "now() is a moment, and what timezone('utc', now()) gives has no zone any more:"
            " PostgreSQL takes it for a time of the session's zone, and is hours off."
        )
    return "The first row that says no time is refused, or the revision itself is."
