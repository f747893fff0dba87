"""What comes along: users with their posts, in as many statements for many as for a few."""

from typing import Any
from urllib.parse import quote

from checker.judge import check, expect
from checker.judge.evidence import Http, body, summarize
from kit import POSTS, USERS, rows
from kit.pages import Pages, ids

WITH_POSTS = f"{USERS}/with-posts"


@check(
    title="Users come with all of their posts, and a limit counts users",
    items=["model.relationship-loading", "topic.sqlalchemy"],
    why="A join gives a row for each post: LIMIT then cuts in the middle of a user's.",
    read="What comes along",
    errata=["E40"],
)
def test_with_posts(pages: Pages, http: Http):
    wanted = _store(pages, (3, 0, 7, 1, 5, 4))
    everybody, some = (20, 0), ((2, 0), (2, 2), (3, 3), (1, 1), (5, 5))
    for turn, (limit, offset) in enumerate((everybody, everybody, *some)):
        if turn == 1:  # what has no order comes in the other one from now on
            http.start(setup="turn_round")
        url = f"{WITH_POSTS}?limit={limit}&offset={offset}"
        response = http.get(url)
        expect(
            response.status_code == 200,
            seen=f"GET {url} was answered with {summarize(response)}",
            wanted="200 and a page of users. (A 422 is the route of /{user_id}, where that stands"
            " before this one.)",
        )
        page = body(response)
        found = {user["id"]: [post["id"] for post in user["posts"]] for user in page["items"]}
        part = dict(list(wanted.items())[offset : offset + limit])
        expect(
            found == part and list(found) == list(part) and len(page["items"]) == len(part),
            seen=f"GET {url}, of 6 users with {[len(each) for each in wanted.values()]} posts, gave"
            f" {_told(found)}.",
            wanted=f"{_told(part)}: the users by id, as in GET {USERS}, and all posts of each,"
            " the highest id first.",
        )
        told = {name: page.get(name) for name in ("total", "limit", "offset")}
        expect(
            told == {"total": 6, "limit": limit, "offset": offset},
            seen=f"GET {url} gave {told}.",
            wanted="The total of all users, and the page's limit and offset.",
        )
        for user in page["items"]:
            fields = {"id", "email", "name", "created_at", "posts"}
            others = [set(post) for post in user["posts"]]
            expect(
                set(user) == fields
                and all(each == {"id", "title", "published"} for each in others),
                seen=f"GET {url} gave a user with {', '.join(sorted(user))}"
                + (f", and posts with {', '.join(sorted(others[0]))}." if others else "."),
                wanted="UserWithPosts, as app/schemas/overview.py has it.",
            )


@check(
    title="As many statements for five hundred rows as for five",
    items=["topic.db-optimization", "model.relationship-loading"],
    why="One statement for each row is a second of waiting for five hundred, on any network.",
    read="What comes along",
    errata=["E08"],
    needs=["11.with-posts", "11.published"],
)
def test_constant(pages: Pages, http: Http):
    http.start(setup="watch")
    _store(pages, (1, 1, 1, 1, 1))
    urls = [f"{WITH_POSTS}?limit=100"]
    urls += [f"{POSTS}?limit=100{more}" for more in ("", "&published=false", "&q=By")]
    few = {url: _statements(http, url) for url in urls}
    few["cursor"] = _statements(http, _behind(pages, 3))
    _store(pages, (5,) * 95)
    many = {url: _statements(http, url) for url in urls}
    many["cursor"] = _statements(http, _behind(pages, 100))
    for url, sent in few.items():
        more = many[url]
        name = f"{POSTS}?cursor=…" if url == "cursor" else url
        expect(
            len(more) <= len(sent),
            seen=f"GET {name} sends {len(sent)} statements for 5 users with a post each, and"
            f" {len(more)} for 100 with 480 posts. The last is `{(more or [''])[-1][:200]}`",
            wanted="As many: selectinload(User.posts) loads the posts of all in one, and"
            " joinedload(Post.author) the author with the post.",
        )


def _store(pages: Pages, counts: tuple[int, ...]) -> dict[int, list[int]]:
    """Users with as many posts each: the ids, the latest first."""
    found: dict[int, list[int]] = {}
    made: list[dict[str, Any]] = []
    number = 10**6 + len(pages.database.query("SELECT id FROM posts"))
    for count in counts:
        author = pages.author()["id"]
        found[author] = []
        for _ in range(count):
            number += 1
            made.append(rows.post(number, f"By {author}: {number}", author))
            found[author].insert(0, number)
    if made:
        rows.insert(pages.database, "posts", made)
    return found


def _statements(http: Http, url: str) -> list[str]:
    http.inside("forget")
    response = http.get(url)
    expect(
        response.status_code == 200,
        seen=f"GET {url} was answered with {summarize(response)}",
        wanted="200.",
    )
    return [each["sql"] for each in http.inside("statements", expects=list[dict])]


def _behind(pages: Pages, limit: int) -> str:
    """The URL of the page that comes behind the first of three posts."""
    page = pages.get("limit=2")
    expect(
        len(ids(page)) == 2, seen=f"GET {POSTS}?limit=2 gave {len(ids(page))} posts.", wanted="2."
    )
    return f"{POSTS}?limit={limit}&cursor={quote(str(page['next_cursor']), safe='')}"


def _told(found: dict[int, list[int]]) -> str:
    told = ", ".join(f"user {id_} with {len(posts)} {posts[:3]}" for id_, posts in found.items())
    return told or "nobody"
