"""What the two repositories find, in which order, and what it costs."""

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe
from kit.answers import in_any_order, words
from kit.rows import insert, moment, post, two_of_each, user


@check(
    title="Posts are asked for by title, users by address, each exactly",
    items=["architecture.repository"],
    why="A wildcard in somebody's address must not find somebody else.",
    read="The two repositories",
    errata=["E04"],
    needs=["04.importable"],
)
def test_lookups(probe: Probe, migrated: Database, rng):
    first, number = rng.randrange(1000, 9000), rng.randrange(10**6)
    kept = ["Ann_", "Annx", "ann_", "Cleo%", "D"]
    rows = [f"{name}{number}@example.com" for name in kept]
    insert(
        migrated,
        "users",
        [
            user(first + at, f"{name} {at}", email=address)
            for at, (name, address) in enumerate(zip(kept, rows, strict=True))
        ],
    )
    insert(
        migrated,
        "posts",
        [
            post(first, f"Title {number}", first),
            post(first + 1, f"Public {number}", first + 1, published=True),
            post(first + 2, f"axb {number}", first),
        ],
    )
    titles = [
        (f"Title {number}", True),
        (f"Public {number}", True),
        (f"axb {number}", True),
        (f"title {number}", False),
        (f"Title {number}!", False),
        ("Title", False),
        (f"  Title {number} ", False),
        (f"{number}", False),
        (f"a_b {number}", False),
        ("%", False),
    ]
    emails = [
        (rows[2], first + 2),
        (rows[1].lower(), None),
        (f"cleo{number}@example.com", None),
        (f"d{number}@example.com", None),
        (f"ann{number}@example.com", None),
        ("%", None),
        (f" {rows[2]} ", None),
        ("nobody@example.com", None),
        (f"ann_ {first}", None),
    ]
    found = probe(
        "lookups",
        doing="asking by title and by address",
        expects=dict,
        titles=[title for title, _ in titles],
        emails=[email for email, _ in emails],
    )
    exact = "Compare by ==: no like, no wildcard, no other case."
    for (title, wanted), got in zip(titles, found["titles"] or [], strict=False):
        expect(
            got == wanted,
            seen=f"exists_by_title({title!r}) {words(got)}; titles are"
            f" 'Title {number}', 'Public {number}' and 'axb {number}'.",
            wanted=f"{wanted}. {exact}",
            errata=(),
        )
    for (email, wanted), got in zip(emails, found["emails"] or [], strict=False):
        told = got if got is None or got == wanted else words(got)
        if type(got) is int and first <= got < first + len(rows):
            told = f"gives the user {rows[got - first]}"
        expect(
            got == wanted,
            seen=f"get_by_email({email!r}) {told or 'gives None'}.",
            wanted=f"{'None, nobody has it.' if wanted is None else 'The user who has it.'}"
            f" {exact}",
            errata=(),
        )
    expect(
        [len(found[name] or ()) for name in ("titles", "emails")] == [len(titles), len(emails)],
        seen="Not every question by title and by address was answered.",
        wanted="exists_by_title(title) and get_by_email(email).",
        errata=(),
    )


@check(
    title="Pages are in order, and no row is on two of them",
    items=["structure.utils-pagination"],
    why="Without a total order the database may show a row twice and another one never.",
    read="Pages",
    needs=["04.importable"],
)
def test_pages(probe: Probe, migrated: Database, rng):
    number, first = rng.randrange(24, 29), rng.randrange(1000, 9000)
    ids = rng.sample(range(first, first + 500), number)
    names = [f"{chr(97 + at % 26)}{rng.randrange(10**6)}" for at in range(number)]
    rows = [
        user(id_, name, created_at=moment(rng.randrange(8, 20)))
        for id_, name in zip(ids, names, strict=True)
    ]
    rows[0]["created_at"] = rows[1]["created_at"]
    insert(migrated, "users", rows)
    posts = [
        post(
            id_,
            f"{rng.randrange(10**6)} {name}",
            rng.choice(ids),
            published=at % 2 == 0,
            created_at=moment(9 + at % 3),
            updated_at=moment(rng.randrange(12, 20)),
        )
        for at, (id_, name) in enumerate(zip(ids, names, strict=True))
    ]
    insert(migrated, "posts", posts)
    newest = sorted(posts, key=lambda row: (row["created_at"], row["id"]), reverse=True)
    by_time = "Newest first, by created_at and then by id."
    orders = {
        "posts": ([row["id"] for row in newest], by_time),
        "published": ([row["id"] for row in newest if row["published"]], by_time),
        "users": (sorted(ids), "By id."),
    }
    size = rng.choice([3, 4, 5])
    count = number // size + 2
    found = probe(
        "pages", doing="listing posts and users page by page", expects=dict, size=size, number=count
    )
    for name, (wanted, order) in orders.items():
        what = "published posts" if name == "published" else name
        got = found[name] if isinstance(found[name], list) else []
        for at in range(count):
            page = wanted[at * size : (at + 1) * size]
            seen = got[at] if at < len(got) else None
            said = f"list(PageParams(limit={size}, offset={at * size})) of {len(wanted)} {what}"
            length = len(seen) if isinstance(seen, list) else None
            expect(
                length is not None,
                seen=f"{said} {words(seen)}.",
                wanted="A list of objects: `(await self.session.scalars(query)).all()`. The total"
                " is the service's to ask for.",
            )
            expect(
                length == len(page),
                seen=f"{said} gives {length}.",
                wanted=f"{len(page)}: `.limit(page.limit).offset(page.offset)`.",
            )
            expect(
                seen == page,
                seen=f"{said} gives the ids {seen}.",
                wanted=f"{page}. {order}",
            )
        expect(
            found[f"{name} first"] == orders["posts" if name == "published" else name][0][:20],
            seen=f"list(PageParams()) of {number} {name} {words(found[f'{name} first'])}.",
            wanted="The first 20.",
        )


@check(
    title="A post comes with its author, whole, after the session is closed too",
    items=["topic.sqlalchemy"],
    why="The response shows the author, and is written when no query can be run any more.",
    read="One statement",
    needs=["04.importable"],
)
def test_authors(probe: Probe, migrated: Database, rng):
    first = two_of_each(migrated, rng)
    insert(migrated, "posts", [post(first + 2, "Also by Ada", first, published=True)])
    told = probe(
        "authors",
        doing="reading posts with their authors",
        expects=dict,
        post=first + 1,
        email="bob@example.com",
    )
    found = told["authors"]
    in_any_order(found, *found)
    everyone = [[first, "Ada"], [first + 1, "Bob"], [first + 2, "Ada"]]
    for read, wanted in (
        ("get(…)", everyone[1:2]),
        ("get(…) of a post that the session knows", everyone[1:2]),
        ("list(…)", everyone),
        ("list(…) with a condition", everyone[2:]),
    ):
        got = found[read] if isinstance(found[read], list) else []
        broken = [each[1] for each in got if isinstance(each, list) and each[:1] == [None]]
        expect(
            not broken,
            seen=f"post.author of what {read} gives: {broken[0] if broken else ''}",
            wanted="The author loaded along, by a query each time:"
            " select(Post).options(joinedload(Post.author)). session.get gives a post that the"
            " session knows as it is.",
            final=True,
        )
        expect(
            got == wanted,
            seen=f"{read} gives these posts and authors: {got}.",
            wanted=f"{wanted}.",
        )
    part, read, why = next(iter(told["parts"]), ("", "", ""))
    expect(
        not told["parts"],
        seen=f"{part} of what {read} gives: {why}",
        wanted="Whole rows: no load_only and no defer, which leave a hidden query behind.",
    )


@check(
    title="Every read is one statement, for 4 rows as for 60",
    items=["topic.sqlalchemy"],
    why="A query for each row is quick on a laptop and takes the site down with its first success.",
    read="One statement",
    needs=["04.importable"],
)
def test_one_statement(probe: Probe, migrated: Database, rng):
    for number in (4, 60):
        for got in _costs(probe, migrated, rng, number):
            count = len(got["sent"])
            expect(
                count == 1,
                seen=f"{got['read']} sends {count} statements over {number} rows"
                f" ({', '.join(map(str, got['sent'][:4]))}{', …' if count > 4 else ''}).",
                wanted="One. What is to come along is loaded by joinedload, in the same statement;"
                " a user's posts are not.",
            )


@check(
    title="A read fetches the rows that it gives, and no others",
    items=["topic.sqlalchemy"],
    why="A table that is read to show twenty rows grows, and the memory that it takes with it.",
    read="One statement",
    needs=["04.importable"],
)
def test_only_the_page(probe: Probe, migrated: Database, rng):
    number = 130
    for got in _costs(probe, migrated, rng, number):
        repository, _, call = got["read"].partition(".")
        model = repository.removesuffix("Repository")
        most = 1
        if call.startswith("list"):
            most = 2 if "page of 2" in call else 100
        loaded = got["loaded"]
        expect(
            not call.startswith("count") or got.get("gives") == number,
            seen=f"{got['read']} of {number} rows gives {got.get('gives')}.",
            wanted=f"{number}: a count knows of no page.",
        )
        expect(
            loaded.get(model, 0) <= most,
            seen=f"{got['read']} fetches {loaded.get(model)} of {number} rows.",
            wanted=f"{most} at most. The database counts, asks and cuts the page out: func.count(),"
            " exists(), .limit(page.limit) and .offset(page.offset) in the statement.",
        )
        expect(
            (got.get("fetched") or 0) <= most,
            seen=f"{got['read']} has the database give {got.get('fetched')} rows of {number}.",
            wanted=f"{most} at most. The database looks itself: select(select(…).exists()) or"
            " .limit(1), and func.count(); of a list it gives page.limit rows.",
        )
        expect(
            model == "Post" or not loaded.get("Post"),
            seen=f"{got['read']} fetches {loaded.get('Post')} posts along with users.",
            wanted="Users alone. Nobody who reads users asked for their posts.",
        )


def _costs(probe: Probe, migrated: Database, rng, number: int) -> list[dict]:
    """What each read sends and loads over `number` users with a post each."""
    migrated.execute("DELETE FROM posts")
    migrated.execute("DELETE FROM users")
    first = rng.randrange(1000, 9000)
    ids = range(first, first + number)
    insert(migrated, "users", [user(id_, f"u{id_}") for id_ in ids])
    insert(migrated, "posts", [post(id_, f"Post {id_}", id_, published=True) for id_ in ids])
    found = probe(
        "reads",
        doing=f"reading {number} posts and users",
        post=first,
        title=f"Post {first}",
        user=first,
        email=f"u{first}@example.com",
    )
    shape = {"read": str, "sent": list, "loaded": dict}
    reads = [
        each
        for each in (found if isinstance(found, list) else [])
        if isinstance(each, dict)
        and all(isinstance(each.get(name), type_) for name, type_ in shape.items())
    ]
    expect(len(reads) == 14, seen=f"Of 14 reads {len(reads)} ended.", wanted="All of them.")
    return reads


@check(
    title="A write is one statement",
    items=["topic.sqlalchemy"],
    why="A row that is read again after each write costs as much as the write.",
    read="One statement",
    errata=["E08"],
    needs=["04.importable"],
)
def test_no_refresh(probe: Probe, migrated: Database, rng):
    first = two_of_each(migrated, rng)
    sent = probe("writes", doing="writing posts", expects=dict, post=first, author=first + 1)
    for method, word in (("create", "INSERT"), ("update", "UPDATE"), ("delete", "DELETE")):
        got = sent[method] if isinstance(sent[method], list) else []
        expect(
            got == [word],
            seen=f"{method}(post…) sends {', '.join(map(str, got)) or 'nothing'}.",
            wanted=f"One {word}. RETURNING brings the id and the time back; no refresh.",
        )
