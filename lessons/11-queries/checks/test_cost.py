"""What a page costs: which indexes there are, what the database plans, and what work it does."""

from collections.abc import Sequence
from urllib.parse import quote

from checker.judge import check, expect
from checker.judge.evidence import Command, Database, Http, SqliteDatabase
from kit import POSTS
from kit.history import drift
from kit.many import FIRST, POSTS_STORED, fill
from kit.pages import Pages, ids
from kit.work import Cost, Query, cost

LIMIT = 10
LISTS = {"": "all posts", "&published=true": "published posts", "&published=false": "drafts"}
APART = 5_000
"""How many of the newest posts are made drafts, and how many behind them published."""


@check(
    title="An index for each list, with the columns in the list's own order",
    items=["model.indexes", "topic.db-optimization"],
    why="What is read in its order need not be sorted: ten entries of the index are ten posts.",
    read="The right index",
)
def test_index(migrated: Database, command: Command):
    found = _indexes(migrated)
    told = "; ".join(f"({', '.join(columns)})" for columns, _ in found) or "none"
    for before in ([], ["published"]):
        wanted = [*before, "created_at", "id"]
        fits = any(columns[: len(wanted)] == wanted and not where for columns, where in found)
        partial = any(columns[:2] == ["created_at", "id"] and where for columns, where in found)
        expect(
            fits or (partial and bool(before)),
            seen=f"No index of the migrated posts has the columns {', '.join(wanted)}. There are:"
            f" {told}.",
            wanted=f"Index(None, {', '.join(map(repr, wanted))}) in the model, and a migration that"
            " makes it. The id belongs in it: SQLite keeps it in every index anyway, and"
            " PostgreSQL does not.",
        )
    differences = drift(command)
    expect(
        not differences,
        seen=f"After `alembic upgrade head`, `alembic check` still says: {differences}",
        wanted="The same indexes in the models and in the migrations.",
        why="The next revision that Alembic generates would undo what the models do not know.",
    )


@check(
    title="No index is only the beginning of another",
    items=["model.indexes"],
    why="Each write pays for both, and the planner may take the worse.",
    read="The right index",
    needs=["11.index"],
)
def test_spare(migrated: Database):
    found = _indexes(migrated)
    for columns, where in found:
        for others, theirs in found:
            expect(
                where != theirs or columns == others or others[: len(columns)] != columns,
                seen=f"posts has an index on ({', '.join(columns)}), and one on"
                f" ({', '.join(others)}).",
                wanted=f"The longer one alone: op.drop_index for ({', '.join(columns)}).",
            )


@check(
    title="The migration goes back as well, and forwards again",
    items=["model.migration"],
    why="A deployment that goes wrong is taken back on the same evening, and tried again.",
    read="The right index",
    needs=["11.index"],
)
def test_back(migrated: Database, command: Command):
    undone = (
        "A downgrade that undoes its upgrade, in reverse order: it drops what upgrade makes, and"
        " makes again what upgrade drops."
    )
    before = _told(migrated)
    command.must("alembic", "downgrade", "-1", wanted=undone)
    left = _told(migrated)
    [row] = migrated.query("SELECT version_num FROM alembic_version")
    command.must("alembic", "downgrade", "base", wanted=undone)
    for revision, there, after in (
        (row["version_num"], left, "alembic downgrade -1"),
        ("head", before, "alembic upgrade head"),
    ):
        command.must("alembic", "upgrade", revision)
        found = _told(migrated)
        expect(
            found == there,
            seen=f"After `{after}` posts has the indexes {there}. After `alembic upgrade"
            f" {revision}` on an empty database it has {found}.",
            wanted="The same: downgrade makes again what upgrade drops, on the same columns.",
        )
    command.must("alembic", "downgrade", "-1")
    command.must(
        "alembic",
        "upgrade",
        "head",
        wanted="A downgrade that leaves what was there before its upgrade.",
    )


def _told(database: Database) -> str:
    found = sorted(f"({', '.join(columns)})" for columns, _ in _indexes(database))
    return ", ".join(found) or "none"


@check(
    title="Every page is read from an index in its order",
    items=["topic.db-optimization", "model.indexes"],
    why="A database that sorts fifty thousand posts for the first ten does so for every client.",
    read="The right index",
    needs=["11.offset", "11.published", "11.index"],
)
def test_plan(pages: Pages, http: Http):
    fill(pages.database)
    http.start(setup="watch")
    for more, what in LISTS.items():
        for query in (f"limit={LIMIT}{more}", _deep(pages, 100, more)):
            for asked, found in _costs(pages, http, query):
                expect(
                    not found.sorts and not found.scans,
                    seen=f"For a page of {what}, the database plans to"
                    f" {'sort' if found.sorts else 'read the whole table'}: {found}. The query is"
                    f" `{asked}`",
                    wanted="SEARCH … USING INDEX, and no TEMP B-TREE FOR ORDER BY: the index has"
                    " the columns that the list filters and sorts by, in that order, and all are"
                    " sorted in one direction.",
                )


@check(
    title="Page 1,000 costs as much as page 2",
    items=["topic.db-optimization", "structure.utils-pagination"],
    why="With an offset, the database reads all that it skips.",
    read="The right index",
    needs=["11.plan"],
)
def test_cost(pages: Pages, http: Http):
    fill(pages.database)
    counts = dict(zip(LISTS, (POSTS_STORED, *_set_apart(pages.database)), strict=True))
    http.start(setup="watch")
    bound = 0
    for more, what in LISTS.items():
        numbers = (1, APART // LIMIT, 1000, counts[more] // LIMIT - 2)
        costs = [_costs(pages, http, _deep(pages, number, more)) for number in numbers]
        work = [sum(found.work for _, found in each) for each in costs]
        bound = bound or 3 * work[0] + 1000  # by page 2 of all posts
        asked, found = costs[work.index(max(work))][0]
        rest = ", ".join(
            f"page {number + 1:,} {steps}"
            for number, steps in zip(numbers[1:], work[1:], strict=True)
        )
        expect(
            max(work) <= bound,
            seen=f"Page 2 of {what} takes {work[0]} {found.unit}, {rest}"
            + (f"; page 2 of all posts takes {(bound - 1000) // 3}" if more else "")
            + f". The query is `{asked}`, the plan {found}",
            wanted="As many for each page"
            + (
                ", however far apart those posts are: published = …, which the index finds. What is"
                " no comparison of the column with one value, as `… IS NULL OR published = …` and"
                " `!=`, is read through."
                if more
                else ": where(tuple_(Post.created_at, Post.id) < (…, …)), which the index finds at"
                " once. `created_at < … OR …` alone is read through from the beginning, unless"
                " `created_at <= …` stands beside it."
            ),
        )


@check(
    title="A total is counted by the database, and a page brings its own rows",
    items=["topic.db-optimization"],
    why="Loading twelve thousand posts to know how many there are takes the memory of all others.",
    read="The right index",
    needs=["11.offset", "11.published", "11.search"],
)
def test_counted(pages: Pages, http: Http):
    fill(pages.database)
    http.start(setup="watch")
    published = POSTS_STORED // 4
    for more, total in (("", POSTS_STORED), ("&published=true", published), ("&q=Post+1", 11_111)):
        http.inside("forget")
        page = pages.get(f"limit={LIMIT}{more}")
        expect(
            page.get("total") == total,
            seen=f"GET {POSTS}?limit={LIMIT}{more} gave total = {page.get('total')!r}.",
            wanted=f"{total}.",
        )
        sent = _selects(http)
        behind = f"limit={LIMIT}&cursor={quote(str(page['next_cursor']), safe='')}{more}"
        http.inside("forget")
        pages.get(behind)
        for asked in (*sent, *_selects(http)):
            found = cost(pages.database, asked)
            expect(
                found.rows <= LIMIT + 1,
                seen=f"For GET {POSTS}?limit={LIMIT}{more} or the page behind it, the database"
                f" gives {found.rows} rows to `{asked}`",
                wanted=f"At most {LIMIT} posts, and one to know whether more follow; and"
                " select(func.count()) for the total.",
            )


def _indexes(database: Database) -> list[tuple[list[str], str]]:
    """The columns of each index of posts, and the condition where it has one."""
    with database.inspect() as inspector:
        return [
            (
                [str(name) for name in index["column_names"]],
                "".join(
                    str(value)
                    for name, value in index.get("dialect_options", {}).items()
                    if name.endswith("_where")
                ),
            )
            for index in inspector.get_indexes("posts")
        ]


def _set_apart(database: Database) -> tuple[int, int]:
    """Make the newest posts drafts and, on SQLite, those behind them published, so that a list that
    reads the other kind as well reads thousands. Gives how many are published, and how many drafts.

    PostgreSQL knows that most posts are drafts, and may rightly look for them among all.
    """
    newest = FIRST + POSTS_STORED - APART
    blocks = [("false", newest), ("true", newest - APART)]
    for said, first in blocks if isinstance(database, SqliteDatabase) else blocks[:1]:
        database.execute(
            f"UPDATE posts SET published = {said} WHERE id >= ? AND id < ? AND published <> {said}",
            first,
            first + APART,
        )
    [row] = database.query("SELECT count(*) AS number FROM posts WHERE published")
    return row["number"], POSTS_STORED - row["number"]


def _deep(pages: Pages, number: int, more: str) -> str:
    """The query of the page by cursor that comes behind page `number`."""
    page = pages.get(f"limit={LIMIT}&offset={LIMIT * (number - 1)}{more}")
    return f"limit={LIMIT}&cursor={quote(str(page['next_cursor']), safe='')}{more}"


def _selects(http: Http) -> list[Query]:
    sent = http.inside("statements", expects=list[dict])
    return [
        Query(each["sql"], each["values"])
        for each in sent
        if each["sql"].lstrip().upper().startswith(("SELECT", "WITH")) and "posts" in each["sql"]
    ]


def _costs(pages: Pages, http: Http, query: str) -> Sequence[tuple[Query, Cost]]:
    """What each query costs that a page takes, but for the one that counts. Raises Unmet."""
    http.inside("forget")
    page = pages.get(query)
    found = [each for each in _selects(http) if "count(" not in each.sql.lower()]
    expect(
        len(ids(page)) == LIMIT and bool(found),
        seen=f"GET {POSTS}?{query} gave {len(ids(page))} posts by {len(found)} queries.",
        wanted=f"{LIMIT} posts, by a SELECT.",
    )
    return [(each, cost(pages.database, each)) for each in found]
