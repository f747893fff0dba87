"""Pages that lead to the next one by a header."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from checker.judge import Unmet, check, expect, tried
from checker.judge.evidence import Http, Project, body, summarize
from kit import POSTS
from kit.environment import origins
from kit.pages import Pages, compared, ids, listed

MOMENTS = [f"2031-05-17 10:00:0{second}.000000" for second in range(3)]
WORDS = "a&b + 100% é?"
WANTED = (
    "The address that was asked for, with the cursor in place of an offset:"
    " request.url.include_query_params(cursor=…).remove_query_params('offset')."
)


@check(
    title="A page of posts links to the next one, of the same list",
    why="A client that knows nothing of your cursors can go through all pages, and a crawler does.",
    read="Stretch: a link to the next page",
    stretch=True,
)
def test_link(http: Http, pages: Pages, project: Project, rng):
    published = pages.store(MOMENTS * 2, published=True)
    drafts = pages.store(MOMENTS * 2, published=False)
    tried("link" in http.get(f"{POSTS}?limit=2").headers)
    stored = listed([*published, *drafts])
    for post in (*rng.sample(published, 4), *rng.sample(drafts, 3)):
        title = f"{WORDS} {post['id']}"
        pages.database.execute("UPDATE posts SET title = ? WHERE id = ?", title, post["id"])
    rows = pages.database.query("SELECT id, title, published FROM posts")
    told = {row["id"]: row for row in rows}
    everything = [post["id"] for post in stored]
    searched = [id_ for id_ in everything if told[id_]["title"].startswith(WORDS)]
    public = [id_ for id_ in everything if told[id_]["published"]]
    q = quote(WORDS, safe="")
    for query, wanted in (
        ("limit=5", everything),
        ("limit=4&offset=3", everything[3:]),
        ("limit=2&published=true", public),
        (f"limit=3&q={q}", searched),
        (f"q={q}&published=true&limit=1", [id_ for id_ in public if id_ in searched]),
    ):
        found = _walk(http, f"{POSTS}?{query}", len(wanted) + 2)
        doing = f"Following rel=next from {POSTS}?{query}"
        compared(found, wanted, doing, WANTED)
    response = http.get(f"{POSTS}?limit=2", headers={"Origin": origins(project.env)[0]})
    exposed = response.headers.get("Access-Control-Expose-Headers", "")
    expect(
        "link" in exposed.lower().replace(" ", "").split(","),
        seen=f"A page may read the headers {exposed or 'that browsers always show'}, and not Link.",
        wanted='"Link" in expose_headers of CORSMiddleware.',
        why="What a script cannot see it cannot follow.",
    )


def _walk(http: Http, url: str, most: int) -> list[int]:
    """The ids of all posts on the way from one page to the last, by their links."""
    found: list[int] = []
    limit = parse_qs(urlsplit(url).query)["limit"]
    for _ in range(most + 1):
        response = http.get(url)
        expect(
            response.status_code == 200,
            seen=f"GET {url} was answered with {summarize(response)}",
            wanted=f"200 and a page. {WANTED}",
        )
        page: dict[str, Any] = body(response)
        found += ids(page)
        link = response.links.get("next", {}).get("url")
        expect(
            (link is not None) == (page["next_cursor"] is not None),
            seen=f"GET {url} has next_cursor = {page['next_cursor']!r} and Link:"
            f" {response.headers.get('Link', 'none')}",
            wanted='Link: <…>; rel="next" where a page follows, and there alone.',
        )
        if link is None:
            return found
        parts = urlsplit(link)
        expect(
            parts.path == POSTS and parse_qs(parts.query).get("limit") == limit,
            seen=f"GET {url} links to {link}",
            wanted=f"{POSTS} with the same limit. {WANTED}",
        )
        url = f"{parts.path}?{parts.query}"
    raise Unmet(
        f"The links lead to more than {most} pages, at last to {url}",
        f"An end: each goes on behind the last post of the page before. {WANTED}",
    )
