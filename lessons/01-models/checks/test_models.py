"""The models: how they are written, and how their objects behave."""

import ast

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe, Source

FILES = {"User": "app/models/user.py", "Post": "app/models/post.py"}


@pytest.fixture
def metadata(probe: Probe):
    return probe.shared("metadata", doing="reading the models' metadata")


@pytest.fixture
def rows(database: Database, rng):
    """One user and one post with data that nobody can have written into the code."""
    number = rng.randrange(10**6)
    return {
        "user": {
            "email": f"ada{number}@example.com",
            "name": f"Ada {number}",
            "hashed_password": f"secret-{number:06}-hash",
        },
        "post": {"title": f"Title {number}", "content": f"Content {number}"},
    }


@check(
    title="The models are written with Mapped and mapped_column",
    items=["model.mapped-types"],
    why="Mapped[…] is what a type checker and SQLAlchemy both read; Column() tells neither.",
    read="Users and posts",
    needs=["01.user-columns", "01.post-columns"],
)
def test_mapped(source: Source, metadata):
    for name, file in FILES.items():
        module = source.module(file)
        for call in module.calls("Column"):
            expect(
                condition=False,
                seen=f"{file} makes a column with Column(…), the style before SQLAlchemy 2.0.",
                wanted="email: Mapped[str] = mapped_column(…)",
                at=module.at(call),
            )
        plain = [
            attribute
            for attribute, hint in metadata["annotations"][name].items()
            if hint is not None and "Mapped" not in hint
        ]
        expect(
            not plain,
            seen=f"{name}.{', '.join(plain)} is annotated without Mapped[…].",
            wanted="title: Mapped[str] = mapped_column(…)",
        )
    expect(
        any(source.module(file).calls("mapped_column") for file in FILES.values()),
        seen="No column is made with mapped_column(…).",
        wanted="mapped_column(…) wherever a column needs more than its type.",
    )


@check(
    title="Every column has a type hint",
    items=["model.type-hints"],
    why="The hint decides the column's type and whether it may be NULL, and your editor knows it.",
    read="Users and posts",
    needs=["01.user-columns", "01.post-columns"],
)
def test_type_hints(metadata):
    for name, hints in metadata["annotations"].items():
        bare = [attribute for attribute, hint in hints.items() if hint is None]
        expect(
            not bare,
            seen=f"{name}.{', '.join(bare)} has no annotation.",
            wanted="title: Mapped[str] = mapped_column(…)",
        )


@check(
    title="Times are stored in UTC and come back aware of it",
    items=["model.async-model"],
    why="A naive time is another moment on every server; comparing it with an aware one raises.",
    read="Times that know their zone",
    errata=["E23"],
    needs=["01.user-columns", "01.post-columns"],
)
def test_aware_times(probe: Probe, rows, metadata):
    for table, found in metadata["tables"].items():
        for column, facts in found["columns"].items():
            expect(
                facts["aware"] is not False,
                seen=f"{table}.{column} is DateTime() without timezone=True.",
                wanted="DateTime(timezone=True), so that PostgreSQL stores a moment.",
            )
    seen = probe("moments", doing="storing and reading a post", **rows)
    created = seen["before"][0]
    expect(
        created is not None and created["offset"] == 0,
        seen=f"created_at came back as {created['text'] if created else None}, without a zone"
        " or in another than UTC.",
        wanted="An aware time in UTC, on SQLite too: a TypeDecorator adds the zone.",
    )
    expect(
        abs(created["seconds_ago"]) < 3600,
        seen=f"created_at of a row stored just now is {created['text']}.",
        wanted="The moment of storing, in UTC.",
    )
    other = probe("other_zone", doing="storing a time of zone +05:30", hours=5, minutes=30, **rows)
    expect(
        other["difference"] == 0 and other["offset"] == 0,
        seen=f"2031-05-17 23:45 +05:30 came back as {other['text']}.",
        wanted="The same moment in UTC: 2031-05-17 18:15 +00:00.",
    )


@check(
    title="A time without a zone is refused",
    items=["model.async-model"],
    why="Guessing a zone stores a wrong moment that nobody can put right later.",
    read="Times that know their zone",
    errata=["E23"],
    needs=["01.aware-times"],
)
def test_naive_times(probe: Probe, rows):
    error = probe("naive_time", doing="storing a time without a zone", **rows)
    expect(
        error is not None,
        seen="datetime(2031, 5, 17, 23, 45), which has no zone, was stored without complaint.",
        wanted="A ValueError from process_bind_param when value.utcoffset() is None.",
    )


@check(
    title="A new post is unpublished, and updated_at is set when it changes",
    items=["model.async-model"],
    why="Defaults that the database sets hold for every writer, imports and psql too.",
    read="Users and posts",
    errata=["E40"],
    needs=["01.aware-times"],
)
def test_defaults(probe: Probe, database, rows):
    seen = probe("moments", doing="changing a post", **rows)
    published = database.query("SELECT published FROM posts")[0]["published"]
    expect(
        published == 0,
        seen=f"A post stored without `published` has published = {published!r}.",
        wanted="0: default False.",
    )
    expect(
        seen["before"][1] is None,
        seen="updated_at of a post that was never changed is set.",
        wanted="None until the first change.",
    )
    expect(
        seen["after"] is not None and seen["after"]["offset"] == 0,
        seen=f"updated_at after a change is {seen['after']}.",
        wanted="The moment of the change: onupdate=….",
    )
    expect(
        seen["flushed"] is not None,
        seen="After an UPDATE, updated_at is not on the object: reading it would run a query.",
        wanted="eager_defaults=True in __mapper_args__, or an onupdate that Python computes.",
    )
    with database.inspect() as inspector:
        defaults = {c["name"]: c["default"] for c in inspector.get_columns("posts")}
    expect(
        defaults["published"] is not None,
        seen="posts.published has no default in the database.",
        wanted="server_default=false(): a row written by another program gets it too.",
    )


@check(
    title="Touching a relationship never runs a hidden query",
    items=["model.relationship-loading"],
    why="A hidden query cannot run under async: the request ends with a 500.",
    read="Relationships without surprises",
    errata=["E40"],
    needs=["01.post-columns", "01.user-columns"],
)
def test_loading(probe: Probe, rows, metadata):
    for name, attribute in (("Post", "author"), ("User", "posts")):
        expect(
            attribute in metadata["relationships"][name],
            seen=f"{name} has no relationship {attribute}.",
            wanted=f"{name}.{attribute}: Mapped[…] = relationship(…)",
        )
        found = probe("touch", doing=f"reading {name}", kind=name, attribute=attribute, **rows)
        lazy = metadata["relationships"][name][attribute]["lazy"]
        expect(
            found in ("loaded", "refused"),
            seen=f'{name}.{attribute} (lazy="{lazy}") tried a query of its own and failed: '
            f"{str(found).splitlines()[0]}",
            wanted='lazy="raise" with explicit loading per query, or eager loading.',
        )


@check(
    title="The relationship works from both sides",
    items=["model.relationship-loading"],
    why="Two relationships that do not know each other show a post without its author.",
    read="Relationships without surprises",
    needs=["01.loading"],
)
def test_both_ways(probe: Probe, rows, metadata):
    for name, attribute in (("Post", "author"), ("User", "posts")):
        expect(
            metadata["relationships"][name][attribute]["both_ways"],
            seen=f"{name}.{attribute} does not know the relationship on the other side.",
            wanted=f"back_populates on both: User.posts and Post.author ({name}.{attribute} too).",
        )
    found = probe("eager", doing="loading posts with their author", **rows)
    expect(
        found == {"email": rows["user"]["email"], "titles": [rows["post"]["title"]]},
        seen=f"Explicit loading brought {found}.",
        wanted=f"The author {rows['user']['email']} and the post {rows['post']['title']!r}.",
    )


@check(
    title="repr works in every state and keeps the password hash to itself",
    items=["model.repr"],
    why="repr runs in logs and tracebacks, where a second exception hides the first.",
    read="A repr you can trust",
    errata=["E40"],
    needs=["01.user-columns", "01.post-columns"],
)
def test_repr(probe: Probe, rows):
    seen = probe("reprs", doing="printing a user and a post", **rows)
    for name in FILES:
        for state in ("new", "loaded", "expired", "detached"):
            text = seen[f"{name} {state}"]
            expect(
                not text.startswith("!"),
                seen=f"repr of {_article(state)} {name} raised {text[1:]}",
                wanted="A repr that reads only what is loaded: self.__dict__.get(…).",
            )
            expect(
                rows["user"]["hashed_password"] not in text,
                seen=f"repr of {_article(state)} {name} shows the password hash.",
                wanted="A repr without hashed_password.",
            )
        text, number = seen[f"{name} loaded"], seen[f"{name} id"]
        expect(
            name in text and number in text and not text.startswith(f"<app.models.{name.lower()}."),
            seen=f"repr of a loaded {name} is {text}",
            wanted=f"The class and the id, such as <{name} id={number} …>.",
        )


@check(
    title="Each model's docstring says what it is for and what it belongs to",
    items=["model.docs"],
    why="The table is read for years by people who never met its author.",
    read="Users and posts",
    needs=["01.importable"],
)
def test_docs(source: Source):
    related = {"User": ("post",), "Post": ("user", "author")}
    for name, file in FILES.items():
        module = source.module(file)
        node = module.classes.get(name)
        expect(node is not None, seen=f"{file} has no class {name}.", wanted=f"class {name}(Base).")
        text = ast.get_docstring(node) or ""
        expect(
            len(text.split()) >= 8,
            seen=f"The docstring of {name} is {text!r}." if text else f"{name} has no docstring.",
            wanted="One sentence on what a row stands for, one on its relationships.",
            at=module.at(node),
        )
        expect(
            any(word in text.lower() for word in related[name]),
            seen=f"The docstring of {name} does not say how it belongs to {related[name][-1]}s.",
            wanted="A word on the relationship, and on what becomes of it on deletion.",
            at=module.at(node),
        )


def _article(state: str) -> str:
    return f"{'an' if state == 'expired' else 'a'} {state}"
