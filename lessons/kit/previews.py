"""Posts with links, and the previews that the service gives of them."""

import random
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from checker.judge import Unmet, expect
from checker.judge.evidence import Database, Http, body, summarize
from kit import rows
from kit.posts_api import POSTS


class Previews:
    """Stores posts beside the service, and asks it for their previews."""

    def __init__(self, http: Http, database: Database, rng: random.Random) -> None:
        self._http = http
        self._database = database
        self._rng = rng
        self._next = 0

    def title(self) -> str:
        """The title of a page; every call gives another."""
        self._next += 1
        return f"Page {self._next} of {self._rng.randrange(10**9)}"

    def post(self, content: str) -> str:
        """A post of that content: the path of its previews."""
        self._next += 1
        id_ = 1000 + self._next
        rows.insert(self._database, "users", [rows.user(id_, f"User{id_}")])
        rows.insert(self._database, "posts", [rows.post(id_, f"Title {id_}", id_, content=content)])
        return f"{POSTS}/{id_}/previews"

    def linking(self, links: Sequence[str]) -> str:
        """A post with these links, each on a line: the path of its previews."""
        return self.post("\n".join(("Look here:", *links)))

    def of(self, *links: str) -> list[dict[str, Any]]:
        """The previews of a post with these links, in their order. Raises Unmet."""
        return self.ask(self.linking(links), list(links))

    def ask(self, path: str, links: Sequence[str]) -> list[dict[str, Any]]:
        """The previews at a path, which are of these links. Raises Unmet."""
        return read(self._http.get(path), links)


def read(response: httpx.Response, links: Sequence[str]) -> list[dict[str, Any]]:
    """The previews in a response, one for each link. Raises Unmet."""
    doing = f"GET {response.request.url.path}, of a post with {len(links)} links,"
    expect(
        response.status_code == 200,
        seen=f"{doing} was answered with {summarize(response)}",
        wanted='200 and {"items": […]}, with a preview for each link.',
    )
    items = body(response).get("items")
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise Unmet(
            f"{doing} was answered with {summarize(response)}",
            'An object {"items": [{"url": …, "title": …, "error": …}, …]}.',
        )
    urls = [each.get("url") for each in items]
    expect(
        urls == list(links),
        seen=f"{doing} gives previews of {short(urls)}.",
        wanted=f"One for each link, as it is written and in its order: {short(links)}.",
    )
    for each in items:
        title, error = each.get("title", ...), each.get("error", ...)
        expect(
            isinstance(title, str | None) and isinstance(error, str | None),
            seen=f"A preview is {short(each)}.",
            wanted="url, title and error: title and error are each a text or null.",
        )
    return items


def titled(preview: dict[str, Any], title: str, what: str, advice: str) -> None:
    """Expect a preview to hold the title of its page, and no error. Raises Unmet."""
    expect(
        preview["title"] == title and preview["error"] is None,
        seen=f"The preview of {what} has title = {preview['title']!r} and error ="
        f" {preview['error']!r}.",
        wanted=f"title = {title!r}, error = null. {advice}".rstrip(),
    )


def failed(preview: dict[str, Any], what: str, advice: str = "") -> None:
    """Expect a preview to tell of an error, and no title. Raises Unmet."""
    expect(
        preview["title"] is None and bool(preview["error"]),
        seen=f"The preview of {what} has title = {preview['title']!r} and error ="
        f" {preview['error']!r}.",
        wanted=f"title = null, and a sentence for error. {advice}".rstrip(),
    )


def short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 300 else f"{text[:300]} …"


@pytest.fixture
def previews(http: Http, migrated: Database, rng: random.Random) -> Previews:
    """Posts with links over a migrated database. Nobody signs in: previews are for everybody."""
    return Previews(http, migrated, rng)
