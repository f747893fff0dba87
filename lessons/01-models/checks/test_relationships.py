"""The relationship between users and posts."""

import pytest

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe

SIDES = (("Post", "author", "User"), ("User", "posts", "Post"))


@pytest.fixture
def metadata(probe: Probe):
    return probe.shared("metadata", doing="reading the models' metadata")


@pytest.fixture
def rows(database: Database, rng):
    """Two users, one with two posts and one with one."""
    number = rng.randrange(10**5, 10**6)
    posts = iter(range(number + 10, number + 20))
    return [
        {
            "id": number + each,
            "email": f"{name}@example.com",
            "name": name,
            "hashed_password": "x",
            "posts": [
                {"id": (id_ := next(posts)), "title": f"Post {id_}", "content": "Text"}
                for _ in range(count)
            ],
        }
        for each, (name, count) in enumerate((("Ada", 2), ("Bob", 1)))
    ]


def _related(rows):
    """The ids that each relationship leads to, by the model and the id that it starts from."""
    return {
        "User": {row["id"]: [post["id"] for post in row["posts"]] for row in rows},
        "Post": {post["id"]: [row["id"]] for row in rows for post in row["posts"]},
    }


@check(
    title="Touching a relationship never runs a hidden query",
    items=["model.relationship-loading"],
    why="A hidden query cannot run under async: the request ends with a 500.",
    read="Relationships without surprises",
    errata=["E40"],
    needs=["01.tables"],
)
def test_loading(probe: Probe, rows, metadata):
    for name, attribute, other in SIDES:
        found = metadata["relationships"][name].get(attribute)
        expect(
            found is not None and found["other"] == other,
            seen=f"{name} has no relationship {attribute}."
            if found is None
            else f"{name}.{attribute} leads to {found['other']}.",
            wanted=f"{name}.{attribute}, a relationship(…) to {other}.",
        )
        seen = probe("touch", doing=f"reading {name}", kind=name, attribute=attribute, rows=rows)
        expected = list(_related(rows)[name].values())
        for touched, ids in zip(seen, expected, strict=False):
            expect(
                "ids" in touched or touched["refused"],
                seen=f'{name}.{attribute} (lazy="{found["lazy"]}") tried a query of its own and'
                f" failed: {touched.get('reason')}",
                wanted='lazy="raise" with explicit loading per query, or eager loading.',
            )
            expect(
                sorted(touched.get("ids", ids)) == ids,
                seen=f'{name}.{attribute} (lazy="{found["lazy"]}") leads to the ids'
                f" {touched.get('ids')} where the table has {ids}.",
                wanted='What is in the table, or an error that says so: lazy="raise".',
                why="An empty answer that looks like a true one is worse than an error.",
            )


@check(
    title="The relationship works from both sides",
    items=["model.relationship-loading"],
    why="Two relationships that do not know each other show a post without its author.",
    read="Relationships without surprises",
    needs=["01.loading"],
)
def test_both_ways(probe: Probe, rows, metadata):
    for name, attribute, _ in SIDES:
        expect(
            metadata["relationships"][name][attribute]["both_ways"],
            seen=f"{name}.{attribute} does not know the relationship on the other side.",
            wanted=f"back_populates on both: User.posts and Post.author ({name}.{attribute} too).",
        )
    found = probe("eager", doing="loading posts with their author", rows=rows)
    authors = {str(key): ids[0] for key, ids in _related(rows)["Post"].items()}
    expect(
        found["authors"] == authors,
        seen=f"Explicit loading brought the authors {found['authors']}, by the posts' ids.",
        wanted=f"Each post's own author: {authors}.",
    )
    posts = {str(key): ids for key, ids in _related(rows)["User"].items()}
    expect(
        found["posts"] == posts,
        seen=f"Explicit loading brought the posts {found['posts']}, by the users' ids.",
        wanted=f"Each user's own posts: {posts}.",
    )
    given = {"title": "related", "content": "Text"}
    related = probe("related", doing="storing Post(author=user)", rows=rows, given=given)
    stored = related["stored"]
    expect(
        stored == [rows[-1]["id"]],
        seen=f"A post that was given user {rows[-1]['id']} as its author is stored with user_id"
        f" {stored}.",
        wanted="A relationship that writes: no viewonly.",
        why="Whoever sets an author means the column.",
    )
    for name, attribute, other in SIDES:
        here = f"{name}.{attribute}"
        there = next(f"{each}.{key}" for each, key, _ in SIDES if each == other)
        expect(
            related["sides"][attribute],
            seen=f"What is set on {here} does not show on {there} before it is read anew.",
            wanted=f"back_populates on {here} as well as on {there}.",
        )


@check(
    title="session.delete(user) leaves the posts to the database",
    items=["model.relationship-loading"],
    why="SQLAlchemy would empty user_id of each post first, which the table refuses.",
    read="Relationships without surprises",
    needs=["01.loading"],
)
def test_deletion(probe: Probe, rows):
    first, second = rows
    wanted = 'passive_deletes="all" on User.posts, and ondelete="CASCADE" on posts.user_id.'
    for loaded in (False, True):
        left = probe("deleted", doing="calling session.delete(user)", rows=rows, loaded=loaded)
        whose = "whose posts are loaded" if loaded else "who has posts"
        expect(
            "refused" not in left,
            seen=f"session.delete of a user {whose} is refused: {left.get('refused')}.",
            wanted=wanted,
            final=True,
        )
        expect(
            left["users"] == [second["id"]],
            seen=f"After session.delete of user {first['id']}, {whose}, there are the users"
            f" {left['users']}.",
            wanted="Every user but that one.",
        )
        expect(
            left["posts"] == [post["id"] for post in second["posts"]],
            seen=f"After session.delete of user {first['id']}, {whose}, there are the posts"
            f" {left['posts']}.",
            wanted=f"The other user's posts, and none of that one's: {wanted}",
        )
