"""Fifty thousand posts, for what only a table of some size shows.

They are put into a SQLite file once for this machine and each kind of tables, and copied from then
on: storing them takes a second, copying them a hundredth.
"""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from checker.judge.evidence import Database, SqliteDatabase

POSTS_STORED, AUTHORS, FIRST = 50_000, 50, 100_001
"""`FIRST` is the first post's id; each is younger than, or as old as, the one before."""
TIED = 5
"""How many posts share each moment."""
_KEPT = 4
"""Files on this machine, the latest used."""

_SQLITE = (
    f"""WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {AUTHORS - 1})
    INSERT INTO users (id, email, name, hashed_password, created_at)
    SELECT {FIRST} + i, 'author' || i || '@example.com', 'Author ' || i, 'x',
      '2031-05-17 09:00:00.000000' FROM n""",  # noqa: S608 - numbers
    f"""WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {POSTS_STORED - 1})
    INSERT INTO posts (id, title, content, published, user_id, created_at)
    SELECT {FIRST} + i, 'Post ' || i, 'Text', i % 4 = 0, {FIRST} + i % {AUTHORS},
      strftime('%Y-%m-%d %H:%M:%S.000000', '2031-05-17 10:00:00', (i / {TIED}) || ' seconds')
    FROM n""",  # noqa: S608 - numbers
    "ANALYZE",
)
_POSTGRESQL = (
    f"""INSERT INTO users (id, email, name, hashed_password, created_at)
    SELECT {FIRST} + i, 'author' || i || '@example.com', 'Author ' || i, 'x',
      timestamptz '2031-05-17 09:00:00+00' FROM generate_series(0, {AUTHORS - 1}) AS i""",  # noqa: S608
    f"""INSERT INTO posts (id, title, content, published, user_id, created_at)
    SELECT {FIRST} + i, 'Post ' || i, 'Text', i % 4 = 0, {FIRST} + i % {AUTHORS},
      timestamptz '2031-05-17 10:00:00+00' + (i / {TIED}) * interval '1 second'
    FROM generate_series(0, {POSTS_STORED - 1}) AS i""",  # noqa: S608
    "VACUUM ANALYZE posts",
    "ANALYZE users",
)


def fill(database: Database) -> None:
    """Put the posts and their authors into tables that are migrated and empty.

    Raises Refused, Missing or Unreadable.
    """
    if not isinstance(database, SqliteDatabase):
        _store(database, _POSTGRESQL)
        return
    statements = "".join(_SQLITE)
    name = hashlib.sha256(database.file.read_bytes() + statements.encode()).hexdigest()
    kept = user_cache_path("posts-workshop") / "many" / f"{name}.db"
    with suppress(OSError):
        os.utime(kept)
        shutil.copyfile(kept, database.file)
        return
    _store(database, _SQLITE)
    with suppress(OSError):  # nowhere to keep it: it is made anew each time
        _keep(database.file, kept)


def _store(database: Database, statements: tuple[str, ...]) -> None:
    for statement in statements:
        database.execute(statement)


def _keep(file: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=kept.parent, suffix=".part")
    os.close(handle)
    try:
        shutil.copyfile(file, name)
        Path(name).replace(kept)
    finally:
        Path(name).unlink(missing_ok=True)
    latest = sorted(kept.parent.glob("*.db"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in latest[_KEPT:]:
        old.unlink(missing_ok=True)
