"""Pages behind a cursor, filters, and what is done to many posts at once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.models import Post, User

POSTS = "/api/v1/posts"
NOON = datetime(2031, 5, 17, 12, tzinfo=UTC)

Write = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def posts(session: AsyncSession, user: User) -> list[Post]:
    """Ten posts, newest first: three to an instant, and a microsecond between the instants."""
    posts = [
        Post(
            title=f"Post {number}",
            content="Text",
            user_id=user.id,
            published=number % 2 == 0,
            created_at=NOON + timedelta(microseconds=number // 3),
        )
        for number in range(10)
    ]
    session.add_all(posts)
    await session.commit()
    return sorted(posts, key=lambda post: (post.created_at, post.id), reverse=True)


async def walk(client: AsyncClient, **query: Any) -> AsyncIterator[dict[str, Any]]:
    """Every page, from the first to the last."""
    while True:
        response = await client.get(POSTS, params=query)
        assert response.status_code == 200, response.text
        page = response.json()
        yield page
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("limit", [1, 3, 5, 9, 10, 11])
async def test_a_walk_meets_every_post_once(
    client: AsyncClient, posts: list[Post], limit: int
) -> None:
    pages = [page async for page in walk(client, limit=limit)]
    found = [post["id"] for page in pages for post in page["items"]]
    assert found == [post.id for post in posts]
    assert [len(page["items"]) for page in pages[:-1]] == [limit] * (len(pages) - 1)


async def test_filters_hold_on_every_page(client: AsyncClient, posts: list[Post]) -> None:
    pages = [page async for page in walk(client, limit=2, published=True)]
    found = [post["id"] for page in pages for post in page["items"]]
    assert found == [post.id for post in posts if post.published]
    assert pages[0]["total"] == len(found)


async def test_the_place_stays_when_posts_come_and_go(
    ada: AsyncClient, posts: list[Post], write: Write
) -> None:
    first = (await ada.get(POSTS, params={"limit": 4})).json()
    await ada.delete(f"{POSTS}/{posts[3].id}")
    await write("Later")
    query = {"limit": 4, "cursor": first["next_cursor"]}
    second = (await ada.get(POSTS, params=query)).json()
    assert [post["id"] for post in second["items"]] == [post.id for post in posts[4:8]]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "MjAzMS0wNS0xNyAx",  # "2031-05-17 1": no zone
        "OTk5OS0xMi0zMVQyMzo1OTo1OS0yMzo1OSAx",  # "9999-12-31T23:59:59-23:59 1"
        "MjAzMS0wNS0xN1QxMjowMDowMCswMDowMCAw",  # id 0
        "MjAzMS0wNS0xN1QxMjowMDowMCswMDowMCAx!!",
        "A" * 101,
    ],
)
async def test_a_forged_cursor_is_refused(client: AsyncClient, cursor: str) -> None:
    assert (await client.get(POSTS, params={"cursor": cursor})).status_code == 422


@pytest.mark.parametrize(("text", "found"), [("0%", 1), ("_", 1), ("ABOUT", 3), ("\\", 1)])
async def test_a_search_takes_every_character_as_it_is(
    client: AsyncClient, write: Write, text: str, found: int
) -> None:
    for title in ("About 100% wool", "About 1000 sheep", "about snake_case", "C:\\"):
        await write(title)
    page = (await client.get(POSTS, params={"q": text})).json()
    assert (len(page["items"]), page["total"]) == (found, found)


async def test_users_come_with_posts_in_as_many_statements_for_two_as_for_one(
    client: AsyncClient, posts: list[Post], other: User, engine: AsyncEngine
) -> None:
    page = (await client.get("/api/v1/users/with-posts")).json()
    latest_first = sorted((post.id for post in posts), reverse=True)
    assert [[post["id"] for post in user["posts"]] for user in page["items"]] == [latest_first, []]


async def test_what_is_a_draft_of_mine_is_published(
    ada: AsyncClient, session: AsyncSession, posts: list[Post], other: User, engine: AsyncEngine
) -> None:
    theirs = Post(title="Theirs", content="Text", user_id=other.id)
    session.add(theirs)
    await session.commit()
    drafts = sorted(post.id for post in posts if not post.published)
    ids = [post.id for post in posts] + [drafts[0], theirs.id, 4711]
    response = await ada.post(f"{POSTS}/publish", json={"ids": ids})
    assert (response.status_code, response.json()) == (200, {"published": drafts})
    for post in (*posts, theirs):
        await session.refresh(post)
        assert post.published == (post is not theirs)
        assert (post.updated_at is not None) == (post.id in drafts)


async def test_publishing_sends_one_statement(
    ada: AsyncClient, app: Any, posts: list[Post]
) -> None:
    updates = []

    @event.listens_for(app.state.engine.sync_engine, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        updates.extend([statement] if "UPDATE" in statement else [])

    await ada.post(f"{POSTS}/publish", json={"ids": [post.id for post in posts]})
    assert len(updates) == 1


@pytest.mark.parametrize("ids", [[], [0], [2**31], list(range(1, 102)), "all"])
async def test_a_list_of_ids_has_its_bounds(ada: AsyncClient, ids: Any) -> None:
    assert (await ada.post(f"{POSTS}/publish", json={"ids": ids})).status_code == 422


async def test_publishing_needs_a_token(client: AsyncClient) -> None:
    assert (await client.post(f"{POSTS}/publish", json={"ids": [1]})).status_code == 401
