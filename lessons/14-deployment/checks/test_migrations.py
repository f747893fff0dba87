"""Migrations, as a step of their own."""

import ast
import re
import shlex
import textwrap
import time
from collections.abc import Sequence
from pathlib import PurePosixPath

from checker.judge import Unmet, check, expect
from checker.judge.evidence import Command, Database, Http, Launch, Project, Source
from kit.deployed import PLAIN, line_of
from kit.image import Command as Served
from kit.image import Image, programs, unconditional

MIGRATES = re.compile(r"\balembic\b.*\bupgrade\b|\bcommand\.upgrade\(|\bcreate_all\b")
"""In a program of Python's: by a process of its own, by Alembic's API, or with no migrations."""

SLOW = '''
"""A migration of the judge's, which waits whether another does the same: for longer than drivers
wait for a lock by themselves."""

import os
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"


def upgrade() -> None:
    folder = Path("{folder}")
    (folder / str(os.getpid())).touch()
    end = time.monotonic() + 7
    while len(list(folder.iterdir())) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    op.create_table("meetings", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO meetings (id) VALUES (1)")


def downgrade() -> None:
    op.drop_table("meetings")
'''


@check(
    title="The service itself migrates nothing",
    items=["topic.deployment", "topic.alembic"],
    why="Five processes that start would migrate five times at once, each with rights that a"
    " service should not have.",
    read="Migrations are a step of their own",
)
def test_apart(http: Http, database: Database, source: Source):
    if command := _served(source):
        for words in command.before:
            expect(
                not _migrates(words, source),
                seen=f"Before the server, the image's command runs `{shlex.join(words)}`.",
                wanted="A step of its own, by the same image: `docker run IMAGE alembic upgrade"
                " head`, or a service of its own in compose.yaml.",
                at=command.at,
            )
    for path in ("/health/live", "/health/ready", "/api/v1/posts"):
        http.get(path)
    with database.inspect() as inspector:
        tables = inspector.get_table_names()
    expect(
        not tables,
        seen=f"After the service has started, and been asked, over an empty database there are"
        f" tables: {', '.join(sorted(tables))}.",
        wanted="Tables from `alembic upgrade head` alone.",
    )


@check(
    title="Two migrations at a time do no harm",
    items=["topic.deployment", "topic.alembic"],
    why="A deployment is started twice, or on two machines, sooner or later.",
    read="Migrations are a step of their own",
)
def test_together(launch: Launch, command: Command, migrated: Database, project: Project, rng):
    [row] = migrated.query("SELECT version_num FROM alembic_version")
    head = row["version_num"]
    before = set(project.root.rglob("*.py"))
    revision = f"{rng.randrange(16**12):012x}"
    command.must("alembic", "revision", "--rev-id", revision, "-m", "meet")
    [made] = set(project.root.rglob("*.py")) - before
    folder = project.beside / "met"
    folder.mkdir()
    text = SLOW.format(revision=revision, head=head, folder=folder)
    made.write_text(textwrap.dedent(text), encoding="utf-8")
    for turn in ("a database that is one migration behind", "a database that is at head"):
        both = [launch("alembic", "upgrade", "head") for _ in range(2)]
        end = time.monotonic() + 6 * project.deadline
        while all(each.wait(0.05) is None for each in both) and time.monotonic() < end:
            pass
        if any(each.status == 0 for each in both):
            [row] = migrated.query("SELECT version_num FROM alembic_version")
            [done, *_] = [each for each in both if each.status == 0]
            expect(
                row["version_num"] == revision,
                seen=f"Of two `alembic upgrade head` at once on {turn}, one ended with status 0"
                f" while the database was still at {row['version_num']}, one before the last:"
                f" {_last(done.printed())}",
                wanted="Its end once the database is at the last revision: the second waits for the"
                " first, and looks then.",
                why="Status 0 says that the new service may start; its tables are not there yet.",
            )
        for each in both:
            status = each.wait(6 * project.deadline)
            expect(
                status == 0,
                seen=f"Of two `alembic upgrade head` at once on {turn}, one "
                + (f"ended with status {status}" if status is not None else "does not end")
                + f": {_last(each.printed())}",
                wanted="Both end with status 0: the second waits for the first, and finds nothing"
                " left to do. In alembic/env.py, take a lock of the database before Alembic looks"
                " at the revision.",
            )
    rows = migrated.query("SELECT id FROM meetings")
    expect(
        len(rows) == 1,
        seen=f"After two `alembic upgrade head` at once a migration has run {len(rows)} times.",
        wanted="Each migration once.",
    )


@check(
    title="Migrations log as the service does",
    items=["topic.deployment"],
    why="A migration that fails at night is looked for where all logs are.",
    read="Logs for programs",
)
def test_migration_logs(command: Command, database: Database):
    for revision in ("head", "base"):
        name = "upgrade" if revision == "head" else "downgrade"
        printed = command.must("alembic", name, revision).output
        lines = [line_of(text) for text in printed.splitlines() if text.strip()]
        for each in lines:
            expect(
                each.data is not None or bool(PLAIN.match(each.text)),
                seen=f"`alembic {name} {revision}` prints {each.text!r}.",
                wanted="One JSON object in each line: in alembic.ini, a formatter with the class of"
                " your own; or your logging's set-up in env.py in the place of fileConfig.",
            )
        expect(
            any("unning" in value for each in lines for value in each.values),
            seen=f"`alembic {name} {revision}` says nothing of the revisions that it runs.",
            wanted="Alembic's lines at INFO, as JSON.",
        )


def _served(source: Source) -> Served | None:
    """The command in which the Dockerfile ends, if it is one: 14.command asks for that."""
    try:
        return Image(source).command
    except Unmet:
        return None


def _migrates(words: Sequence[str], source: Source, within: tuple[str, ...] = ()) -> bool:
    """Whether a command migrates: by Alembic's own program, by code that it holds, or by a file of
    the project, which a file of these names may run."""
    if "alembic" in (PurePosixPath(word).name for word in words) and "upgrade" in words:
        return True
    if "-c" in words and any(MIGRATES.search(word) for word in words):
        return True
    for file in programs(words):
        if file in within or not source.exists(file):
            continue
        text = source.text(file)
        if not file.endswith(".py"):
            scripted = unconditional(text)
            if any(_migrates(each, source, (*within, file)) for each in scripted):
                return True
        elif MIGRATES.search(_without_words(text)):
            return True
    return False


def _without_words(text: str) -> str:
    """A module without its comments and docstrings; as it is where it is none."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None
    return ast.unparse(tree)


def _last(printed: str) -> str:
    lines = [line for line in printed.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "(nothing was printed)"
