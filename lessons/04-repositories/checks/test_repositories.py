"""The repositories on a real file: what they store, what they leave, and what it costs."""

import re

from checker.judge import check, expect
from checker.judge.evidence import Command, Database, Location, Probe, Project

LARGEST = 2**31 - 1


@check(
    title="app.repositories and app.utils.pagination offer what the service needs",
    items=["architecture.repository"],
    why="Services import from these two places, and from nowhere below them.",
    read="One place for queries",
    errata=["E01"],
)
def test_importable(probe: Probe):
    offered = probe("offered", doing="importing app.repositories")
    wanted = ("BaseRepository", "PostRepository", "UserRepository", "Page", "PageParams")
    missing = [name for name in wanted if name not in offered["found"]]
    expect(
        not missing,
        seen=f"There is no {', no '.join(missing)}.",
        wanted="The three repositories in app.repositories, Page and PageParams in"
        " app.utils.pagination.",
    )
    expect(
        not offered["apart"],
        seen=f"{' and '.join(offered['apart'])} does not inherit from BaseRepository.",
        wanted="class PostRepository(BaseRepository[Post])",
    )


@check(
    title="No page is larger than 100, and none begins before the first row",
    items=["structure.utils-pagination"],
    why="One request for a million rows takes the memory of all the others.",
    read="Pages",
    errata=["E17"],
    needs=["04.importable"],
)
def test_bounds(probe: Probe):
    good = [(1, 0), (100, 0), (20, LARGEST)]
    bad = [(0, 0), (-1, 0), (101, 0), (10**6, 0), (20, -1), (20, LARGEST + 1)]
    seen = probe("pages", doing="making PageParams", cases=[*good, *bad])
    for (limit, offset), taken in zip(good, seen["taken"], strict=False):
        expect(
            taken,
            seen=f"PageParams(limit={limit}, offset={offset}) is refused.",
            wanted="It is within the bounds.",
        )
    for (limit, offset), taken in zip(bad, seen["taken"][len(good) :], strict=True):
        expect(
            not taken,
            seen=f"PageParams(limit={limit}, offset={offset}) is accepted.",
            wanted="A ValueError: limit from 1 to 100, offset from 0 to 2,147,483,647.",
        )
    expect(
        seen["default"] == [20, 0],
        seen=f"PageParams() has limit and offset {seen['default']}.",
        wanted="20 and 0.",
    )


@check(
    title="What is created can be read, and what is not there is None",
    items=["architecture.repository", "structure.base-repository"],
    why="Every rule of the service rests on these two.",
    read="What every repository can do",
    needs=["04.importable"],
)
def test_round_trip(probe: Probe, migrated: Database, rng):
    title = f"Title {rng.randrange(10**6)}"
    seen = probe("create", doing="creating and reading a post", title=title, commit=True)
    stored = migrated.query("SELECT title FROM posts")
    expect(
        stored == [{"title": title}],
        seen=f"After create(…) and the caller's commit the table posts holds {stored}.",
        wanted=f"One row, {title!r}.",
    )
    expect(
        seen["found"] == title,
        seen=f"get({seen['id']}) in another session gives {seen['found']!r}.",
        wanted=f"The post {title!r}.",
    )
    expect(
        seen["missing"],
        seen="get(4711), which is not there, gives something.",
        wanted="None: whether that is an error is for the service to say.",
    )


@check(
    title="Repositories flush and never commit",
    items=["architecture.repository"],
    why="Two writes that belong together can only be undone together if nobody commits between.",
    read="Who commits",
    errata=["E07"],
    needs=["04.round-trip"],
)
def test_leaves_the_commit(probe: Probe, migrated: Database, rng):
    title = f"Title {rng.randrange(10**6)}"
    seen = probe("create", doing="creating a post without a commit", title=title, commit=False)
    expect(
        seen["id"] is not None and seen["created"],
        seen=f"After create(…) the post has the id {seen['id']}.",
        wanted="An id: await self.session.flush() sends the INSERT.",
    )
    left = migrated.query("SELECT title FROM posts")
    expect(
        not left,
        seen="create(…) committed: the row was in the file though the caller never did.",
        wanted="await self.session.flush(), and the commit left to the caller.",
    )
    for how in ("update", "delete"):
        migrated.execute("DELETE FROM users")
        migrated.execute("DELETE FROM posts")
        probe("write_and_leave", doing=f"calling {how} without a commit", how=how, title=title)
        left = [row["title"] for row in migrated.query("SELECT title FROM posts")]
        expect(
            left == [title],
            seen=f"{how}(…) committed: the file holds {left} though the caller never did.",
            wanted="await self.session.flush(), and the commit left to the caller.",
        )


@check(
    title="update, delete, count and exists do what they say",
    items=["structure.base-repository"],
    why="Written once here, they need not be written again for each table.",
    read="What every repository can do",
    needs=["04.round-trip"],
)
def test_changes(probe: Probe, migrated: Database, rng):
    title = f"Title {rng.randrange(10**6)}"
    seen = probe("changes", doing="changing and deleting posts", title=title)
    for name, wanted, said in (
        ("count", 2, "count() of two posts"),
        ("some", 1, "count(Post.title == …) of one of two posts"),
        ("there", True, "exists(Post.title == …) of a post that is there"),
        ("absent", False, "exists(Post.title == …) of one that is not"),
        ("back", "Other", "the content of what update(…) gives back"),
        ("left", 1, "count() after one of two was deleted"),
    ):
        expect(seen[name] == wanted, seen=f"{said} is {seen[name]!r}.", wanted=f"{wanted!r}")
    stored = migrated.query("SELECT title, content, published FROM posts")
    wanted = [{"title": title, "content": "Other", "published": 1}]
    expect(stored == wanted, seen=f"The table holds {stored}.", wanted=f"{wanted}")


@check(
    title="Posts are asked for by title, users by address",
    items=["architecture.repository"],
    why="A service that calls a method which does not exist fails on its first request.",
    read="The two repositories",
    errata=["E04"],
    needs=["04.round-trip"],
)
def test_lookups(probe: Probe, migrated: Database, rng):
    number = rng.randrange(10**6)
    seen = probe(
        "lookups",
        doing="asking by title and by address",
        title=f"Title {number}",
        email=f"ada{number}@example.com",
    )
    for name, wanted, said in (
        ("taken", True, "exists_by_title(…) of a title that is taken"),
        ("free", False, "exists_by_title(…) of one that is free"),
        ("found", "Ada", "get_by_email(…).name"),
        ("nobody", True, "get_by_email(…) of nobody is None"),
    ):
        expect(seen[name] == wanted, seen=f"{said}: {seen[name]!r}.", wanted=f"{wanted!r}")


@check(
    title="Pages are newest first, and no post is on two of them",
    items=["structure.utils-pagination"],
    why="Without a total order the database may show a row twice and another one never.",
    read="Pages",
    errata=["E17"],
    needs=["04.round-trip"],
)
def test_pages(probe: Probe, migrated: Database, rng):
    number = rng.randrange(8, 13)
    seen = probe("listed", doing="listing posts page by page", number=number, size=3)
    wanted = [1, *range(number, 1, -1)]
    got = [id_ for page in seen["pages"] for id_ in page]
    expect(
        [len(page) for page in seen["pages"]][:2] == [3, 3],
        seen=f"Pages with limit=3 hold {[len(page) for page in seen['pages']]} posts.",
        wanted="3 each, and the rest on the last.",
    )
    expect(
        got == wanted,
        seen=f"The pages hold the ids {got}; post 1 is the newest, all others are of one moment.",
        wanted=f"{wanted}: by created_at, newest first, then by id.",
    )


@check(
    title="A post comes with its author, after the session is closed too",
    items=["topic.sqlalchemy"],
    why="The response shows the author, and is written when no query can be run any more.",
    read="One statement",
    needs=["04.pages", "04.lookups"],
)
def test_authors(probe: Probe, migrated: Database):
    seen = probe("costs", doing="reading posts with their authors", number=5)
    for read in ("get", "list"):
        broken = [name for name in seen[f"{read} authors"] if name.startswith("!")]
        expect(
            not broken,
            seen=f"post.author of what {read}(…) gives: {broken[0][1:] if broken else ''}",
            wanted="The author loaded along: .options(joinedload(Post.author))",
        )
    expect(
        sorted(seen["list authors"]) == [f"U{n}" for n in range(5)],
        seen=f"The authors of five posts are {seen['list authors']}.",
        wanted="U0 to U4.",
    )


@check(
    title="Every read is one statement, for 5 posts as for 60",
    items=["topic.sqlalchemy"],
    why="A query for each row is quick on a laptop and takes the site down with its first success.",
    read="One statement",
    errata=["E08"],
    needs=["04.authors"],
)
def test_one_statement(probe: Probe, project: Project, migrated: Database):
    few = probe("costs", doing="reading 5 posts", number=5)
    migrated.execute("DELETE FROM posts")
    migrated.execute("DELETE FROM users")
    many = probe("costs", doing="reading 60 posts", number=60)
    for read in ("get", "list", "count", "exists_by_title"):
        expect(
            few[read] == many[read] == 1,
            seen=f"{read}(…) sends {few[read]} statements over 5 posts and {many[read]} over 60.",
            wanted="One statement.",
        )
    migrated.execute("DELETE FROM posts")
    migrated.execute("DELETE FROM users")
    made = probe("create", doing="creating a post", title="One more", commit=False)
    expect(
        made["statements"] == ["INSERT"],
        seen=f"create(…) sends {', '.join(made['statements'])}.",
        wanted="One INSERT: RETURNING brings the id and the time back; no refresh.",
    )


@check(
    title="mypy --strict finds nothing in repositories and pagination",
    items=["principle.type-hints", "dont.no-type-hints"],
    why="A misspelt method or a forgotten None is found while you type, and not by a customer.",
    read="Types",
    errata=["E04"],
    needs=["04.lookups"],
)
def test_typed(command: Command, project: Project):
    outcome = command(
        "mypy",
        "--strict",
        "--follow-imports=skip",  # the libraries' own types take ten seconds to read
        *("--allow-subclassing-any", "--allow-untyped-decorators", "--no-warn-return-any"),
        *("--no-warn-unused-ignores", "--no-error-summary", "--hide-error-context"),
        *("--cache-dir", str(project.beside / "mypy")),
        "app",
        deadline=120,
    )
    errors = re.findall(
        r"^(app/(?:repositories|utils)/\S+?):(\d+): error: (.+)$", outcome.output, re.MULTILINE
    )
    errors = [each for each in errors if "__init_subclass__" not in each[2]]  # skipped imports
    file, line, said = errors[0] if errors else ("", "0", "")
    expect(
        not errors,
        seen=f"mypy --strict: {said}",
        wanted="Every parameter and result annotated, and only methods that exist.",
        at=Location(file=file, line=int(line)) if errors else None,
    )
