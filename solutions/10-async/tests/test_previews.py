"""Previews of links, from strangers that are played here."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from httpx import AsyncClient

from app.config import Settings
from app.services import LinkFetcher
from app.utils.guard import is_public
from app.utils.links import find_links, find_title

Write = Callable[..., Awaitable[dict[str, Any]]]


class Strangers:
    """A server of one page for each path. `/slow` never comes."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        if path == "/slow":
            await reader.read()
        await asyncio.sleep(0.01)
        body = f"<title>{path}</title>".encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        self.now -= 1
        writer.close()


async def titles(settings: Settings, *paths: str) -> tuple[list[str | None], Strangers]:
    """What a fetcher finds at those paths, and how it has been asked for."""
    strangers = Strangers()
    async with await asyncio.start_server(strangers.answer, "127.0.0.1", 0) as server:
        at = "{}:{}".format(*server.sockets[0].getsockname())
        fetcher = LinkFetcher(settings.model_copy(update={"preview_allowed": [at]}))
        previews = await fetcher.preview_all([f"http://{at}{path}" for path in paths])
        await fetcher.aclose()
    return [preview.title for preview in previews], strangers


async def test_no_more_than_so_many_at_once(settings: Settings) -> None:
    found, strangers = await titles(
        settings.model_copy(update={"preview_concurrency": 2}), "/a", "/b", "/c", "/d"
    )
    assert found == ["/a", "/b", "/c", "/d"]
    assert strangers.most == 2


async def test_a_slow_one_stops_no_other(settings: Settings) -> None:
    found, _ = await titles(
        settings.model_copy(update={"preview_concurrency": 1, "preview_seconds": 0.5}),
        *("/slow", "/b"),
    )
    assert found == [None, "/b"]


async def test_nothing_inside_is_fetched(settings: Settings) -> None:
    fetcher = LinkFetcher(settings)
    [preview] = await fetcher.preview_all(["http://127.0.0.1:1/"])
    await fetcher.aclose()
    assert preview.title is None
    assert preview.error


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_an_address_that_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "100.64.0.1", "169.254.169.254", "224.0.0.1", "0.0.0.0"),
        *("::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_an_address_that_is_not(address: str) -> None:
    assert not is_public(address)


def test_links_are_found_once_and_in_order() -> None:
    text = "See https://b.example/x, http://a.example (and https://b.example/x)."
    assert find_links(text) == ["https://b.example/x", "http://a.example"]


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<TITLE lang=en>Fish &amp;\n\n chips</TITLE>", "Fish & chips"),
        ("<title>a\x00b\u2028c</title>", "a b c"),
        (f"<title>{'x' * 1000}</title>", "x" * 200),
        ("<title> </title>", None),
        ("<title>unended", None),
        ("none", None),
    ],
)
def test_a_title_is_one_short_line(page: str, title: str | None) -> None:
    assert find_title(page) == title


async def test_a_post_without_links_has_no_previews(client: AsyncClient, write: Write) -> None:
    post = await write(content="No link")
    response = await client.get(f"/api/v1/posts/{post['id']}/previews")
    assert response.status_code == httpx.codes.OK
    assert response.json() == {"items": []}


async def test_a_link_to_the_inside_is_answered_with_an_error(
    client: AsyncClient, write: Write
) -> None:
    post = await write(content="http://127.0.0.1:1/ and http://[::1")
    response = await client.get(f"/api/v1/posts/{post['id']}/previews")
    assert [bool(item["error"]) for item in response.json()["items"]] == [True, True]


async def test_previews_of_no_post_are_404(client: AsyncClient) -> None:
    assert (await client.get("/api/v1/posts/99/previews")).status_code == 404
