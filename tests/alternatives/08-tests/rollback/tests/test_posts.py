"""Posts over HTTP."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient

from app.models import User
from app.services import PostService

Write = Callable[..., Awaitable[dict[str, Any]]]
POSTS = "/api/v1/posts"


async def test_create_answers_with_the_post_and_its_address(
    client: AsyncClient, user: User
) -> None:
    body = {"title": "  A title ", "content": "Some content", "user_id": user.id}
    response = await client.post(POSTS, json=body)
    assert response.status_code == 201
    post = response.json()
    assert (post["title"], post["content"], post["published"]) == ("A title", "Some content", False)
    assert post["author"] == {"id": user.id, "name": "Ada"}
    assert post["created_at"].endswith("Z")
    assert (await client.get(response.headers["location"])).json() == post


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "   "},
        {"title": "x" * 201},
        {"title": None},
        {"content": " "},
        {"colour": "red"},
        {"user_id": 0},
    ],
    ids=lambda _: secrets.token_hex(4),
)
async def test_create_refuses_what_is_not_valid(
    client: AsyncClient, user: User, wrong: dict[str, Any]
) -> None:
    body = {"title": "A title", "content": "Some content", "user_id": user.id, **wrong}
    response = await client.post(POSTS, json=body)
    assert response.status_code == 422
    assert (await client.get(POSTS)).json()["total"] == 0


async def test_create_with_a_title_that_is_taken_is_a_conflict(
    client: AsyncClient, write: Write, user: User
) -> None:
    await write("Same")
    body = {"title": "Same", "content": "Other content", "user_id": user.id}
    response = await client.post(POSTS, json=body)
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_missing_post_is_not_found(client: AsyncClient) -> None:
    for method in ("GET", "DELETE"):
        assert (await client.request(method, f"{POSTS}/1")).status_code == 404
    assert (await client.patch(f"{POSTS}/1", json={})).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "one"])
async def test_an_id_that_cannot_be_is_refused(client: AsyncClient, number: str) -> None:
    assert (await client.get(f"{POSTS}/{number}")).status_code == 422


async def test_a_change_changes_what_is_sent(client: AsyncClient, write: Write) -> None:
    post = await write()
    response = await client.patch(f"{POSTS}/{post['id']}", json={"published": True})
    assert response.status_code == 200
    changed = response.json()
    assert changed["published"] is True
    assert changed["title"] == post["title"]
    assert changed["updated_at"] is not None


async def test_null_is_no_change(client: AsyncClient, write: Write) -> None:
    post = await write()
    response = await client.patch(f"{POSTS}/{post['id']}", json={"title": None})
    assert response.status_code == 422


async def test_a_deleted_post_is_gone(client: AsyncClient, write: Write) -> None:
    post = await write()
    response = await client.delete(f"{POSTS}/{post['id']}")
    assert (response.status_code, response.content) == (204, b"")
    assert (await client.get(f"{POSTS}/{post['id']}")).status_code == 404


async def test_the_list_is_newest_first_in_pages(client: AsyncClient, write: Write) -> None:
    for number in range(3):
        await write(f"Post {number}")
    page = (await client.get(POSTS, params={"limit": 2, "offset": 1})).json()
    assert [post["title"] for post in page["items"]] == ["Post 1", "Post 0"]
    assert (page["total"], page["limit"], page["offset"]) == (3, 2, 1)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "offset=-1"])
async def test_a_page_has_bounds(client: AsyncClient, query: str) -> None:
    assert (await client.get(f"{POSTS}?{query}")).status_code == 422


async def test_an_unexpected_error_tells_nothing_but_its_id(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(PostService, "get_post", fail)
    headers = {"X-Request-ID": "abcdefgh-1", "Origin": "https://posts.example.com"}
    response = await client.get(f"{POSTS}/1", headers=headers)
    assert response.status_code == 500
    assert "swordfish" not in response.text
    assert response.json()["request_id"] == response.headers["x-request-id"] == "abcdefgh-1"
    assert response.headers["access-control-allow-origin"] == "https://posts.example.com"


async def test_a_foreign_origin_gets_no_permission(client: AsyncClient) -> None:
    response = await client.get(POSTS, headers={"Origin": "https://evil.example.com"})
    assert "access-control-allow-origin" not in response.headers
