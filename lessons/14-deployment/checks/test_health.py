"""What whoever runs the service asks it."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from checker.judge import check, expect
from checker.judge.evidence import (
    Command,
    Database,
    Http,
    Probe,
    Project,
    SqliteDatabase,
    summarize,
)
from kit.deployed import Mute, Silent
from kit.history import committed
from kit.posts_api import POSTS

LATE = 10.0
"""Seconds that nobody waits for who is to wait two, on any machine."""
LIMIT, TRIES = 3.0, 4
"""Seconds that one of so many answers takes at most, where each is to come within two."""
LATER = """from collections.abc import Sequence

revision: str = {!r}
down_revision: str | Sequence[str] | None = {!r}
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
"""
"""A migration of the judge's, which nobody runs, in the lines that Alembic writes."""
ORDER = (
    " Which one is the last, each migration's down_revision says, and neither its id nor its file's"
    " name or age: ScriptDirectory.get_heads()."
)
LIVE, READY = "/health/live", "/health/ready"
MANY = 1500
"""Who ask, for so long that many a look at the database begins and ends meanwhile."""


@check(
    title="The service is live as soon as it answers, database or not",
    items=["topic.deployment"],
    why="Whoever is not live is restarted. With the database in the answer, its hiccup restarts all"
    " of your processes at once.",
    read="Live and ready",
)
def test_live(http: Http, database: Database, project: Project):
    _live(http, "over a database without tables")
    http.stop(gently=False)
    project.env["DATABASE_URL"] = f"sqlite+aiosqlite:///{project.beside}/nowhere/posts.db"
    _live(http, "over a database that is not there")


@check(
    title="The service is ready once the database has the schema that it needs",
    items=["topic.deployment"],
    why="Over tables that are not there the first request is a 500.",
    read="Live and ready",
    needs=["14.live"],
)
def test_ready(
    http: Http, database: Database, command: Command, project: Project, probe: Probe, rng
):
    _ready(http, 503, "over a database without tables")
    ran = command.must("alembic", "upgrade", "head", wanted="The migrations of lesson 02.")
    committed(ran, database)
    _ready(http, 200, "once `alembic upgrade head` has run")
    seen = probe("asked_in_turn", path=READY, number=MANY, doing=f"asking {READY} often")
    expect(
        not seen["without"] and set(seen["statuses"]) <= {200, 503},  # 503 where it takes too long
        seen=f"{MANY} asked {READY} one shortly after the other, and "
        + (
            f"{seen['without']} of them got no answer."
            if seen["without"]
            else f"the answers were {', '.join(map(str, seen['statuses']))}."
        ),
        wanted="200 for each. Where they share a look at the database, each keeps the one that it"
        " waits for in a variable of its own: an attribute may hold the next one by the time that"
        " the wait is over.",
        why="Whoever asks often sends nobody where one answer is an error.",
    )
    command.must("alembic", "downgrade", "-1", wanted="Migrations that can be taken back.")
    _ready(http, 503, "after `alembic downgrade -1`")
    command.must("alembic", "upgrade", "head")
    _ready(http, 200, "once `alembic upgrade head` has run again")
    [row] = database.query("SELECT version_num FROM alembic_version")
    database.execute("UPDATE alembic_version SET version_num = 'zzzz'")
    _ready(http, 503, "over a database at a later revision, which alembic/versions lacks")
    database.execute("DELETE FROM alembic_version")
    _ready(http, 503, "over a database that no migration is noted in")
    http.stop(gently=False)
    last = f"0000{rng.randrange(16**8):08x}"
    file = project.root / "alembic" / "versions" / f"{last}_later.py"
    file.write_text(LATER.format(last, row["version_num"]), encoding="utf-8")
    os.utime(file, (0, 0))
    database.execute("INSERT INTO alembic_version (version_num) VALUES (?)", row["version_num"])
    later = f"with a migration more, {last}, that follows {row['version_num']}"
    _ready(http, 503, f"{later}, over a database that is one behind", ORDER)
    database.execute("UPDATE alembic_version SET version_num = ?", last)
    _ready(http, 200, f"{later}, over a database that is at that one", ORDER)


@check(
    title="Readiness comes back with the database, without a restart",
    items=["topic.deployment"],
    why="Nobody restarts what is not ready: it would stay outside for ever.",
    read="Live and ready",
    needs=["14.ready"],
)
def test_returns(http: Http, command: Command, project: Project):
    folder, elsewhere = project.beside / "database", project.beside / "elsewhere"
    project.env["DATABASE_URL"] = f"sqlite+aiosqlite:///{folder}/posts.db"
    _ready(http, 503, "over a database that is not there")
    for _ in range(3):
        _ready(http, 503, "asked again, over a database that is not there")
    folder.mkdir()
    command.must("alembic", "upgrade", "head")
    _ready(http, 200, "once the database is there")
    folder.rename(elsewhere)
    folder.touch()
    database = SqliteDatabase(elsewhere / "posts.db")
    database.execute("ALTER TABLE alembic_version RENAME TO away")
    _ready(http, 503, "once the database has gone again")
    database.execute("ALTER TABLE away RENAME TO alembic_version")
    folder.unlink()
    elsewhere.rename(folder)
    _ready(http, 200, "once the database has come back for the second time")
    http.stop(gently=False)
    with Silent() as gone:
        project.env["DATABASE_URL"] = gone.url("secret")
    _ready(
        http,
        503,
        "over a PostgreSQL server that nobody has started",
        " asyncpg raises OSError and errors of its own, which SQLAlchemy hands on as they are.",
    )


@check(
    title="The answer comes in time, also where the database gives none",
    items=["topic.deployment"],
    why="A probe that hangs says nothing, and whoever asks every second makes a queue of them.",
    read="In time",
    needs=["14.ready"],
)
def test_bounded(http: Http, project: Project):
    with Silent() as database:
        project.env["DATABASE_URL"] = database.url("secret")
        _live(http, "over a database that says nothing")
        begun = time.monotonic()
        _ready(http, 503, "over a database that takes connections and says nothing")
        alone = time.monotonic() - begun
        expect(
            alone < LATE,
            seen=f"GET {READY}, over a silent database, was answered after {alone:.0f} s.",
            wanted="503, within two seconds.",
        )
        with hanging(project.beside / "http", POSTS, 25):
            database.until(15)
            _ready(http, (200, 503), "while 25 requests wait for a silent database")
            _live(http, "while 25 requests wait for a silent database")
            begun = time.monotonic()
            answers = http.together([("GET", READY, {})] * 4)
            took = time.monotonic() - begun
            late = [each for each in answers if isinstance(each, Exception)]
            expect(
                not late,
                seen=f"Of four requests of GET {READY} at once, over a silent database, {len(late)}"
                " got no answer in time.",
                wanted="503 to each, within two seconds.",
            )
            expect(
                took < 2.5 * max(alone, 1.0),
                seen=f"GET {READY}, over a silent database, took {alone:.1f} s, and four at once"
                f" {took:.1f} s.",
                wanted="Two seconds for each from its beginning: who waits for another's look waits"
                " no longer than for their own.",
            )
    http.stop(gently=False)
    with Mute() as database:
        project.env["DATABASE_URL"] = database.url("secret")
        where, least = "over a database that lets the service in and answers no statement", LATE
        _live(http, where)
        for _ in range(TRIES):
            begun = time.monotonic()
            _ready(http, 503, where)
            least = min(least, time.monotonic() - begun)
            if least < LIMIT:
                break
        expect(
            least < LIMIT,
            seen=f"GET {READY}, {where}, was asked {TRIES} times, and answered after"
            f" {least:.1f} s at the earliest.",
            wanted="503, within two seconds: asyncio.wait({task}, timeout=2) leaves a look to"
            " itself that takes longer. asyncio.timeout and wait_for cancel it, and wait for the"
            " driver, which takes two seconds more to close such a connection.",
        )


def _live(http: Http, where: str) -> None:
    response = http.get(LIVE)
    expect(
        response.status_code == 200,
        seen=f"GET {LIVE}, {where}, was answered with {summarize(response)}",
        wanted="200, to everybody, from a function that looks at nothing.",
    )


def _ready(http: Http, wanted: int | tuple[int, ...], where: str, more: str = "") -> None:
    response = http.get(READY)
    statuses = wanted if isinstance(wanted, tuple) else (wanted,)
    expect(
        response.status_code in statuses,
        seen=f"GET {READY}, {where}, was answered with {summarize(response)}",
        wanted=f"{' or '.join(map(str, statuses))}: 200 where the database answers and is at the"
        f" last revision of alembic/versions, and 503 where it is not.{more}",
    )


@contextmanager
def hanging(address: Path, path: str, number: int) -> Iterator[None]:
    """Requests that are sent, and that nobody waits for."""
    with ExitStack() as stack:
        for _ in range(number):
            talk = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            talk.connect(str(address))
            talk.sendall(f"GET {path} HTTP/1.1\r\nHost: workshop\r\n\r\n".encode())
        yield
