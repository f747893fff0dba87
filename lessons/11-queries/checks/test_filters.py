"""Which posts are listed: the published ones, and those whose title holds a text."""

from checker.judge import check, expect
from checker.judge.evidence import Http, summarize
from kit import POSTS, rows
from kit.pages import Pages, compared, ids, listed

BACKSLASH = "\\"
TITLES = (
    "100% wool",
    "1000 sheep",
    "a snake_case name",
    "a snakeXcase name",
    f"C:{BACKSLASH}temp",
    "C:/temp",
    "Fifty ways",
    "fifty ways, again",
    "the École of Athens",
)


@check(
    title="Published posts or drafts, on every page",
    items=["topic.db-optimization"],
    why="A filter that the second page forgets shows drafts to everybody.",
    read="Which posts",
    needs=["11.walk"],
)
def test_published(pages: Pages, http: Http):
    stored = listed(
        pages.store([rows.moment(hour) for hour in (8, 9, 10, 11, 12)] * 2, published=True)
        + pages.store([rows.moment(hour) for hour in (8, 9, 10, 11)] * 2, published=False)
    )
    cursor = None
    for said, which in (("true", True), ("false", False)):
        wanted = [post["id"] for post in stored if post["published"] is which]
        walked = pages.walk(f"limit=3&published={said}", 6)
        found = [id_ for page in walked for id_ in ids(page)]
        doing = f"A walk through {POSTS}?published={said}"
        compared(found, wanted, doing, "The filter is a condition of every page's query.")
        expect(
            walked[0].get("total") == len(wanted),
            seen=f"GET {POSTS}?limit=3&published={said} gave total = {walked[0].get('total')!r}.",
            wanted=f"{len(wanted)}: the count has the same conditions as the list.",
        )
        behind = ids(pages.get(f"limit=3&offset=3&published={said}"))
        expect(
            behind == wanted[3:6],
            seen=f"GET {POSTS}?limit=3&offset=3&published={said} gave the posts {behind}.",
            wanted=f"{wanted[3:6]}.",
        )
        cursor = walked[0]["next_cursor"]
        place = [post["id"] for post in stored].index(wanted[2]) + 1
        response = http.get(POSTS, params={"limit": 100, "cursor": cursor})
        expect(
            response.status_code == 422
            or ids(response.json()) == [post["id"] for post in stored][place:],
            seen=f"The cursor of a page with published={said}, used without it, was answered with"
            f" {summarize(response)}",
            wanted="All posts behind that place, or 422.",
        )
    response = http.get(f"{POSTS}?published=maybe")
    expect(
        response.status_code == 422,
        seen=f"GET {POSTS}?published=maybe was answered with {summarize(response)}",
        wanted="422: published: bool | None = None.",
    )


@check(
    title="A search takes every character as it is",
    items=["topic.db-optimization", "endpoint.validation-errors"],
    why="To LIKE, % is anything and _ any character: a search for 100% finds 1000.",
    read="Which posts",
    needs=["11.walk"],
)
def test_search(pages: Pages, http: Http):
    author = pages.author()["id"]
    posts = [
        rows.post(10**6 + number, title, author, created_at=rows.moment(number + 8))
        for number, title in enumerate(TITLES)
    ]
    rows.insert(pages.database, "posts", posts)
    special = ("%", "0%", "_", "e_C", BACKSLASH, ":/", "C:", "'", "École", "ÉCOLE")
    for text in (*special, "fifty", "WAYS", "w", "zebra"):
        wanted = [post["id"] for post in listed(posts) if text.lower() in post["title"].lower()]
        query = http.client.build_request("GET", POSTS, params={"limit": 1, "q": text}).url.query
        walked = pages.walk(query.decode(), len(TITLES) + 1)
        found = [id_ for page in walked for id_ in ids(page)]
        by_id = {post["id"]: post["title"] for post in posts}
        expect(
            found == wanted,
            seen=f"A walk through {POSTS}?q={text!r} found"
            f" {[by_id.get(id_, id_) for id_ in found] or 'nothing'}.",
            wanted=f"{[by_id[id_] for id_ in wanted] or 'nothing'}, newest first:"
            " Post.title.icontains(text, autoescape=True). Python's lower() knows É, and SQLite's a"
            " to z alone: both sides are lowered by the database.",
        )
        expect(
            walked[0].get("total") == len(wanted),
            seen=f"GET {POSTS}?q={text!r} gave total = {walked[0].get('total')!r}.",
            wanted=f"{len(wanted)}: the count has the same conditions as the list.",
        )
    for text, status in (("", 422), ("x" * 101, 422), ("\0", 422), ("x" * 100, 200)):
        response = http.get(POSTS, params={"q": text})
        expect(
            response.status_code == status,
            seen=f"GET {POSTS} with q = {text[:10]!r}, {len(text)} characters, was answered with"
            f" {summarize(response)}",
            wanted=f"{status}: 1 to 100 characters, and none of them NUL, which PostgreSQL cannot"
            " take.",
        )
