"""Pages of posts, from the first to the last, as a client goes through them."""

import random
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest

from checker.judge import Unmet, expect
from checker.judge.evidence import Database, Http, body, summarize
from kit import rows
from kit.posts_api import POSTS, PostsApi


class Pages:
    """The list of posts in one check's service, and what stands in the table behind it."""

    def __init__(self, api: PostsApi, rng: random.Random) -> None:
        self.database: Database = api.database
        self.http: Http = api.http
        self._next = rng.randrange(1000, 9000)
        self._rng = rng

    def author(self) -> dict[str, Any]:
        """A user who is stored beside the service."""
        self._next += 1
        user = rows.user(self._next, f"User{self._next}")
        rows.insert(self.database, "users", [user])
        return user

    def store(
        self, moments: list[str], numbers: Sequence[int] = (), **more: Any
    ) -> list[dict[str, Any]]:
        """A post for each moment, by one author, in the order in which they are listed. The last
        ones have these numbers as their ids."""
        author = self.author()["id"]
        made = []
        given = [0] * (len(moments) - len(numbers)) + list(numbers)
        for moment, number in zip(moments, given, strict=True):
            self._next += self._rng.randrange(1, 4)
            title = f"Title {self._next}"
            values = {"published": self._rng.random() < 0.5, "created_at": moment, **more}
            made.append(rows.post(number or self._next, title, author, **values))
        shuffled = self._rng.sample(made, len(made))
        rows.insert(self.database, "posts", shuffled)
        return listed(made)

    def get(self, query: str) -> dict[str, Any]:
        """A page, with `next_cursor` a text or None. Raises Unmet for what is none."""
        url = f"{POSTS}?{query}"
        response = self.http.get(url)
        expect(
            response.status_code == 200,
            seen=f"GET {url} was answered with {summarize(response)}",
            wanted="200 and a page.",
        )
        page: dict[str, Any] = body(response)
        if not isinstance(page.get("items"), list) or "next_cursor" not in page:
            raise Unmet(
                f"GET {url} gave {summarize(response)}",
                "A page with items and next_cursor: the text of a cursor, or null at the end.",
            )
        cursor = page["next_cursor"]
        expect(
            cursor is None or (isinstance(cursor, str) and cursor != ""),
            seen=f"GET {url} gave next_cursor = {cursor!r}.",
            wanted="A text, or null where no page follows.",
        )
        return page

    def behind(self, query: str, cursor: Any) -> dict[str, Any]:
        """The page of that query behind a cursor, which is sent in percent signs, and without an
        offset: what that means beside a cursor is the learner's to say."""
        query = re.sub(r"&offset=\d+", "", query)
        return self.get(f"{query}&cursor={quote(str(cursor), safe='')}")

    def walk(self, query: str, most: int, advice: str = "") -> list[dict[str, Any]]:
        """All pages of that query, by cursor. Raises Unmet where there are more than `most`."""
        pages = [self.get(query)]
        while pages[-1]["next_cursor"] is not None:
            if len(pages) > most:
                raise Unmet(
                    f"GET {POSTS}?{query} and its next_cursor lead to {len(pages)} pages, and on:"
                    f" the first hold the posts {', '.join(map(str, map(ids, pages[:3])))}.",
                    f"An end, after {most} pages at most: each goes on behind the last post of the"
                    f" page before. {advice}".rstrip(),
                )
            pages.append(self.behind(query, pages[-1]["next_cursor"]))
        return pages


def listed(posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As a list of posts has them: newest first, and the higher id first where times are equal."""
    return sorted(posts, key=lambda post: (post["created_at"], post["id"]), reverse=True)


def ids(page: dict[str, Any]) -> list[int]:
    return [post["id"] for post in page["items"]]


def compared(found: list[int], wanted: list[int], doing: str, advice: str) -> None:
    """Expect a walk to meet these posts, each once and in this order. Raises Unmet."""
    twice = sorted({id_ for id_ in found if found.count(id_) > 1})
    missing = [id_ for id_ in wanted if id_ not in found]
    others = [id_ for id_ in found if id_ not in wanted]
    said = [
        f"{what}: {', '.join(map(str, which[:5]))}{' …' if len(which) > 5 else ''}"
        for what, which in (("twice", twice), ("never", missing), ("not among them", others))
        if which
    ]
    expect(
        found == wanted,
        seen=f"{doing} met {len(found)} of {len(wanted)} posts"
        + (f"; {'; '.join(said)}." if said else f", in the order {found[:12]} …"),
        wanted=f"Each once, newest first. {advice}",
    )


@pytest.fixture
def pages(api: PostsApi, rng: random.Random) -> Pages:
    """The list of posts of this check's service."""
    return Pages(api, rng)
