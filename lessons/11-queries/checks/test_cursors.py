"""Pages behind a cursor: every post once, whatever happens in between and whatever is sent."""

import base64
import re
from urllib.parse import quote

from checker.judge import check, expect
from checker.judge.evidence import Http, body, summarize
from kit import POSTS, PostsApi, rows
from kit.pages import Pages, compared, ids, listed

TIES = "A cursor over created_at and id, both compared the way in which both are sorted."
STORED = (
    "Is created_at stored as it is sent? SQLite compares texts, and …:20 is another than"
    " …:20.000000 (lesson 01)."
)
MOMENTS = [
    "2031-05-17 10:00:00.000000",
    "2031-05-17 10:00:00.000001",
    "2031-05-17 10:00:00.000002",
]
AS_IT_IS = r"[\w.~=!$'()*,:@/?-]{1,500}"
"""What stands for itself in a query, by RFC 3986 and by how forms are read."""
EXTREME = (1, 2, 10, 2**31 - 2, 2**31 - 1)
"""Ids of one digit, of two and of ten, and the first and the last that there can be."""
RUBBISH = (
    "",
    " ",
    "0",
    "x",
    "!!",
    "null",
    "None",
    "\0",
    "-1",
    "é",
    "☃",
    "=",
    "...",
    "{}",
    "A" * 4000,
)


@check(
    title="A walk by cursor meets every post once, and ends",
    items=["structure.utils-pagination", "topic.db-optimization"],
    why="Posts of one moment are many: of one import, of one transaction, of one second.",
    read="Behind the last one",
)
def test_walk(pages: Pages, api: PostsApi):
    empty = pages.walk("limit=3", 2)
    compared([id_ for page in empty for id_ in ids(page)], [], "A walk through no posts", "")
    user = api.user()
    for _ in range(5):
        api.post(user)
    made = listed(api.database.query("SELECT id, created_at FROM posts"))
    for size in (1, 5):
        walked = pages.walk(f"limit={size}", 5 // size + 2, STORED)
        found = [id_ for page in walked for id_ in ids(page)]
        doing = f"A walk at limit={size} through 5 posts that the API has created"
        compared(found, [post["id"] for post in made], doing, STORED)
    api.database.execute("DELETE FROM posts")
    stored = pages.store(MOMENTS * 10, EXTREME)
    wanted = [post["id"] for post in stored]
    for size in (1, 7, 10, 15, 29, 30, 31):
        walked = pages.walk(f"limit={size}", len(wanted) // size + 2)
        found = [id_ for page in walked for id_ in ids(page)]
        doing = f"A walk at limit={size} through 30 posts of 3 moments, a microsecond apart,"
        compared(found, wanted, doing, TIES)
        sizes = [len(page["items"]) for page in walked[: len(wanted) // size]]
        expect(
            set(sizes) == {size} or len(wanted) < size,
            seen=f"{doing} gives pages of {', '.join(map(str, sizes))} posts.",
            wanted=f"{size} on each page but the last.",
        )
    wanted = [post["id"] for post in listed([*stored, *pages.store(MOMENTS * 61)])]
    for size in (99, 100):
        walked = pages.walk(f"limit={size}", 4)
        found = [id_ for page in walked for id_ in ids(page)]
        doing = f"A walk at limit={size} through 213 posts"
        compared(
            found, wanted, doing, "100 is a limit, and one post more tells whether any follow."
        )


@check(
    title="A cursor can stand in a URL as it is",
    items=["structure.utils-pagination"],
    why="A + in a query is a blank: the client's next page is a 422, or another page.",
    read="Behind the last one",
    needs=["11.walk"],
)
def test_url_safe(pages: Pages, rng):
    moments = [f"2031-05-17 10:00:00.{rng.randrange(10**6):06}" for _ in range(60)]
    pages.store(moments)
    for page in pages.walk("limit=1", 62):
        cursor = page["next_cursor"]
        if cursor is None:
            continue
        expect(
            re.fullmatch(AS_IT_IS, cursor, re.ASCII) is not None,
            seen=f"GET {POSTS}?limit=1 gave next_cursor = {cursor[:120]!r}.",
            wanted="Letters, digits and - _ . ~ and =: base64.urlsafe_b64encode makes no others.",
        )
        plain, quoted = (
            ids(pages.get(f"limit=1&cursor={each}")) for each in (cursor, quote(cursor, safe=""))
        )
        expect(
            plain == quoted,
            seen=f"The cursor {cursor!r} leads to the posts {plain} as it is and to {quoted} in"
            " percent signs.",
            wanted="The same page.",
        )


@check(
    title="A page begins where the one before ended, though posts come and go",
    items=["structure.utils-pagination", "topic.db-optimization"],
    why="An offset counts what is there now: with each new post, one is read twice.",
    read="Behind the last one",
    needs=["11.walk"],
)
def test_between(pages: Pages, http: Http):
    stored = pages.store([rows.moment(hour) for hour in range(10, 22)])
    wanted = [post["id"] for post in stored]
    page = pages.get("limit=4")
    http.stop(gently=False)
    http.start(afresh=True)
    response = http.get(POSTS, params={"limit": 4, "cursor": page["next_cursor"]})
    expect(
        response.status_code == 200 and ids(body(response)) == wanted[4:8],
        seen="With a cursor that the service gave before it was started again, GET"
        f" {POSTS}?limit=4 was answered with {summarize(response)}",
        wanted=f"200 and the posts {wanted[4:8]}: what a cursor means is in its text, or in what"
        " all processes of the service have, and not in the memory of one.",
        why="A client's next request goes to another worker, or comes after a deployment.",
    )
    for begin in (4, 8):
        last = stored[begin - 1]
        cursor = page["next_cursor"]
        expect(
            cursor is not None,
            seen=f"The page of the posts {ids(page)} has no next_cursor, and more posts follow.",
            wanted="The cursor of the next page.",
        )
        pages.store([rows.moment(23)])
        page = pages.behind("limit=4", cursor)
        advice = "The cursor keeps the last post's created_at and id, and no number of posts."
        expect(
            ids(page) == wanted[begin : begin + 4],
            seen=f"After the posts {wanted[begin - 4 : begin]}, and with a newer post stored in"
            f" between, the next page has {ids(page)}.",
            wanted=f"{wanted[begin : begin + 4]}. {advice}",
        )
        pages.database.execute("DELETE FROM posts WHERE id = ?", last["id"])
        again = pages.behind("limit=4", cursor)
        expect(
            ids(again) == wanted[begin : begin + 4],
            seen=f"After the posts {wanted[begin - 4 : begin]}, of which the last is deleted in"
            f" between, the next page has {ids(again)}.",
            wanted=f"{wanted[begin : begin + 4]}. {advice}",
        )


@check(
    title="A cursor that no page gave is 422",
    items=["endpoint.validation-errors", "antipattern.missing-error-handling"],
    why="It comes from strangers: each exception that nobody expects is a 500 that they can make.",
    read="What strangers send",
    needs=["11.walk"],
)
def test_forged(pages: Pages, http: Http):
    pages.store([rows.moment(hour) for hour in (10, 11, 12, 13)])
    real = pages.get("limit=2")["next_cursor"] or ""
    added = [f"{real}{each}" for each in ("!!", " ", "\n", "=", "====", "A", "\0")]
    for text in (*RUBBISH, *added, f"!{real}", f" {real}"):
        response = http.get(POSTS, params={"limit": 2, "cursor": text})
        expect(
            response.status_code == 422,
            seen=f"With the cursor {text[:120]!r}"
            + (", a real one with something added," if real and real in text else "")
            + f" GET {POSTS} was answered with {summarize(response)}",
            wanted="422: whatever parsing raises is caught, and a cursor is only good if it is"
            " written as the service writes it (b64decode reads over foreign characters, and over"
            " padding that is too much).",
        )
    for text in _altered(real):
        response = http.get(POSTS, params={"limit": 2, "cursor": text})
        expect(
            response.status_code in (200, 422),
            seen=f"With the cursor {text[:120]!r}, a real one that was changed, GET {POSTS} was"
            f" answered with {summarize(response)}",
            wanted="422, or the page behind that place. A time without a zone, one that no calendar"
            " has in UTC (OverflowError) and an id that no column holds are no place.",
        )


def _altered(real: str) -> list[str]:
    """The cursor with characters changed or lost and, where it is text in base64, with times and
    numbers in it that no post has."""
    found = [real[:-1], real[1:], real[::-1], real.swapcase(), real + real]
    found += [real[:place] + "7" + real[place + 1 :] for place in range(0, len(real), 5)]
    try:
        inside = base64.urlsafe_b64decode(real + "=" * (-len(real) % 4)).decode()
    except ValueError:
        inside = real
    times = r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?"
    for time in (
        *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2031-05-17T10:00:00"),
        *("2031-05-17", "10:00", "", "2031-02-30T00:00:00+00:00", "2031-05-17T10:00:00+00:00"),
    ):
        found.append(re.sub(times, time, inside))
    for number in ("0", "-1", str(2**31), str(2**63), str(10**18), "9" * 5000, "1e9", "\0", "١"):
        found += [re.sub(r"\d+(?=\D*$)", number, inside), re.sub(r"\d{6,}", number, inside)]
    if inside == real:
        return found
    encoded = [base64.urlsafe_b64encode(each.encode()).decode() for each in found[-26:]]
    return [*found[:-26], *encoded, *(each.rstrip("=") for each in encoded)]


@check(
    title="Offsets go on to work, and lead into the walk",
    items=["structure.utils-pagination"],
    why="Clients of lesson 06 know nothing of cursors, and may begin to use them in the middle.",
    read="Behind the last one",
    needs=["11.walk"],
)
def test_offset(pages: Pages, http: Http):
    wanted = [post["id"] for post in pages.store(MOMENTS * 5)]
    for limit, offset in ((4, 0), (4, 4), (5, 3), (4, 12), (5, 10), (3, 15), (3, 40), (100, 3)):
        query = f"limit={limit}&offset={offset}"
        page = pages.get(query)
        here = {"total": 15, "limit": limit, "offset": offset}
        expect(
            ids(page) == wanted[offset : offset + limit]
            and {name: page.get(name) for name in here} == here,
            seen=f"GET {POSTS}?{query} of 15 posts gave {summarize(http.get(f'{POSTS}?{query}'))}",
            wanted=f"The posts {wanted[offset : offset + limit]} with {here}, as in lesson 06.",
        )
        rest = pages.walk(query, 8)[1:]
        found = [id_ for each in rest for id_ in ids(each)]
        compared(
            found,
            wanted[offset + limit :],
            f"The walk that goes on from {query}",
            "next_cursor stands behind the last post of the page, whether that was found by an"
            " offset or by a cursor.",
        )
