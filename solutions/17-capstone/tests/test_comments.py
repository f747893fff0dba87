"""Comments, as REQUIREMENT.md has them: by HTTP, and by what is stored."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User

COMMENTS = "/api/v1/comments"
POSTS = "/api/v1/posts"
NOBODY = 2**31 - 1

Write = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def post(write: Write) -> dict[str, Any]:
    """A post of Ada's that takes comments."""
    return await write("Open", published=True)


def of(post: dict[str, Any]) -> str:
    return f"{POSTS}/{post['id']}/comments"


async def say(who: AsyncClient, post: dict[str, Any], content: str = "A comment") -> dict[str, Any]:
    """Comment on a post, and give back what the API says of it."""
    response = await who.post(of(post), json={"content": content})
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def told(session: AsyncSession) -> list[tuple[str, dict[str, Any]]]:
    """Type and data of the events of comments that wait, oldest first."""
    rows = await session.execute(text("SELECT * FROM outbox_events ORDER BY id"))
    events = [_envelope(row) for row in rows]
    return [(e["type"], e["data"]) for e in events if e["type"].startswith("comment.")]


def _envelope(row: Sequence[Any]) -> dict[str, Any]:
    """The event of a row: a column that holds JSON, whatever its name."""
    found = next(value for value in row if isinstance(value, str) and value.startswith("{"))
    envelope: dict[str, Any] = json.loads(found)
    return envelope


class TestWriting:
    """POST /posts/{post_id}/comments."""

    async def test_a_comment_is_its_authors(
        self, eve: AsyncClient, other: User, post: dict[str, Any]
    ) -> None:
        response = await eve.post(of(post), json={"content": "  Well said \n"})

        made = response.json()
        assert response.status_code == 201
        assert response.headers["Location"] == f"{COMMENTS}/{made['id']}"
        assert set(made) == {
            *("id", "content", "post_id", "user_id", "author", "created_at", "updated_at")
        }
        assert made["content"] == "Well said"
        assert (made["post_id"], made["user_id"]) == (post["id"], other.id)
        assert made["author"] == {"id": other.id, "name": other.name}
        assert made["updated_at"] is None
        assert (await eve.get(f"{COMMENTS}/{made['id']}")).json() == made

    @pytest.mark.parametrize("content", ["", "  \n", "x" * 2001, None, 7, "a\x00b"])
    async def test_content_is_bounded(
        self, ada: AsyncClient, post: dict[str, Any], content: Any
    ) -> None:
        assert (await ada.post(of(post), json={"content": content})).status_code == 422
        assert (await ada.get(of(post))).json()["items"] == []

    async def test_the_longest_is_taken(self, ada: AsyncClient, post: dict[str, Any]) -> None:
        assert (await say(ada, post, f" {'x' * 2000} "))["content"] == "x" * 2000

    async def test_nobody_names_another_author(
        self, ada: AsyncClient, other: User, post: dict[str, Any]
    ) -> None:
        for more in ({"user_id": other.id}, {"post_id": post["id"]}, {"id": 7}):
            response = await ada.post(of(post), json={"content": "Mine", **more})
            assert response.status_code == 422

    async def test_a_draft_takes_none(
        self, ada: AsyncClient, eve: AsyncClient, write: Write
    ) -> None:
        draft = await write("Draft", published=False)
        for who in (ada, eve):
            response = await who.post(of(draft), json={"content": "Early"})
            assert response.status_code == 409
        assert (await ada.get(of(draft))).json()["items"] == []

    async def test_comments_of_a_draft_stay(
        self, ada: AsyncClient, eve: AsyncClient, post: dict[str, Any]
    ) -> None:
        made = await say(eve, post)
        await ada.patch(f"{POSTS}/{post['id']}", json={"published": False})
        assert (await ada.get(of(post))).json()["items"] == [made]
        changed = await eve.patch(f"{COMMENTS}/{made['id']}", json={"content": "Still mine"})
        assert changed.status_code == 200

    async def test_without_post_or_token(
        self, client: AsyncClient, ada: AsyncClient, post: dict[str, Any]
    ) -> None:
        missing = await ada.post(of({"id": NOBODY}), json={"content": "Lost"})
        assert missing.status_code == 404
        anonymous = await client.post(of(post), json={"content": "Nobody's"})
        assert anonymous.status_code == 401
        assert (await ada.get(of(post))).json()["items"] == []


class TestReading:
    """GET /posts/{post_id}/comments, and of one."""

    async def test_oldest_first_and_only_of_the_post(
        self, client: AsyncClient, ada: AsyncClient, eve: AsyncClient, write: Write
    ) -> None:
        post, another = await write("One", published=True), await write("Two", published=True)
        made = [await say(who, post) for who in (ada, eve, ada)]
        await say(eve, another)
        page = (await client.get(of(post))).json()
        assert page == {"items": made, "next_cursor": None}

    async def test_pages_stay_where_they_are(
        self, ada: AsyncClient, eve: AsyncClient, post: dict[str, Any]
    ) -> None:
        made = [(await say(who, post))["id"] for who in (ada, eve, ada, eve, ada)]
        page = (await ada.get(f"{of(post)}?limit=2")).json()
        assert [each["id"] for each in page["items"]] == made[:2]
        await ada.delete(f"{COMMENTS}/{made[0]}")
        page = (await ada.get(f"{of(post)}?limit=2&cursor={page['next_cursor']}")).json()
        assert [each["id"] for each in page["items"]] == made[2:4]
        page = (await ada.get(f"{of(post)}?limit=1&cursor={page['next_cursor']}")).json()
        assert [each["id"] for each in page["items"]] == made[4:]
        assert page["next_cursor"] is None

    async def test_limit_is_bounded(self, client: AsyncClient, post: dict[str, Any]) -> None:
        for limit, status in ((0, 422), (1, 200), (100, 200), (101, 422)):
            assert (await client.get(f"{of(post)}?limit={limit}")).status_code == status
        assert (await client.get(f"{of(post)}?cursor=nowhere")).status_code == 422

    async def test_twenty_unless_asked(self, ada: AsyncClient, post: dict[str, Any]) -> None:
        for _ in range(21):
            await say(ada, post)
        page = (await ada.get(of(post))).json()
        assert len(page["items"]) == 20
        assert page["next_cursor"]

    async def test_what_is_not_there(self, client: AsyncClient) -> None:
        assert (await client.get(of({"id": NOBODY}))).status_code == 404
        assert (await client.get(f"{COMMENTS}/{NOBODY}")).status_code == 404
        assert (await client.get(f"{COMMENTS}/0")).status_code == 422
        assert (await client.get(f"{COMMENTS}/{2**31}")).status_code == 422


class TestChanging:
    """PATCH /comments/{comment_id}."""

    async def test_its_author_changes_the_text(
        self, eve: AsyncClient, post: dict[str, Any]
    ) -> None:
        made = await say(eve, post, "First")
        url = f"{COMMENTS}/{made['id']}"
        response = await eve.patch(url, json={"content": " Second "})
        changed = response.json()
        assert response.status_code == 200
        assert changed["updated_at"] >= made["created_at"]
        assert changed == {**made, "content": "Second", "updated_at": changed["updated_at"]}
        assert (await eve.get(url)).json() == changed

    async def test_the_same_text_is_no_change(
        self, eve: AsyncClient, post: dict[str, Any], session: AsyncSession
    ) -> None:
        made = await say(eve, post, "Same")
        for body in ({}, {"content": "Same"}):
            response = await eve.patch(f"{COMMENTS}/{made['id']}", json=body)
            assert response.json() == made
        assert [kind for kind, _ in await told(session)] == ["comment.created"]

    @pytest.mark.parametrize(
        "body", [{"content": None}, {"content": " "}, {"content": "x" * 2001}, {"user_id": 1}]
    )
    async def test_what_is_refused(
        self, eve: AsyncClient, post: dict[str, Any], body: dict[str, Any]
    ) -> None:
        made = await say(eve, post)
        url = f"{COMMENTS}/{made['id']}"
        assert (await eve.patch(url, json=body)).status_code == 422
        assert (await eve.get(url)).json() == made

    async def test_nobody_else(
        self, client: AsyncClient, ada: AsyncClient, eve: AsyncClient, post: dict[str, Any]
    ) -> None:
        made = await say(eve, post)
        url = f"{COMMENTS}/{made['id']}"
        for who, status in ((client, 401), (ada, 403)):  # Ada's is the post
            assert (await who.patch(url, json={"content": "Mine"})).status_code == status
        assert (await eve.get(url)).json() == made
        missing = await eve.patch(f"{COMMENTS}/{NOBODY}", json={"content": "x"})
        assert missing.status_code == 404


class TestDeleting:
    """DELETE /comments/{comment_id}, and what takes comments along."""

    async def test_its_author_and_the_posts(
        self, ada: AsyncClient, eve: AsyncClient, post: dict[str, Any]
    ) -> None:
        for who in (eve, ada):
            made = await say(eve, post)
            url = f"{COMMENTS}/{made['id']}"
            assert (await who.delete(url)).status_code == 204
            assert (await who.get(url)).status_code == 404
            assert (await who.delete(url)).status_code == 404
            assert (await who.get(of(post))).json()["items"] == []

    async def test_nobody_else(
        self, client: AsyncClient, ada: AsyncClient, eve: AsyncClient, post: dict[str, Any]
    ) -> None:
        made = await say(ada, post)
        url = f"{COMMENTS}/{made['id']}"
        for who, status in ((client, 401), (eve, 403)):
            assert (await who.delete(url)).status_code == status
        assert (await eve.get(url)).json() == made

    async def test_an_id_is_never_given_again(self, eve: AsyncClient, post: dict[str, Any]) -> None:
        gone = await say(eve, post)
        await eve.delete(f"{COMMENTS}/{gone['id']}")
        assert (await say(eve, post))["id"] > gone["id"]

    async def test_a_post_takes_its_comments_along(
        self, ada: AsyncClient, eve: AsyncClient, write: Write, session: AsyncSession
    ) -> None:
        post, another = await write("One", published=True), await write("Two", published=True)
        gone, stays = await say(eve, post), await say(eve, another)
        assert (await ada.delete(f"{POSTS}/{post['id']}")).status_code == 204
        assert (await ada.get(f"{COMMENTS}/{gone['id']}")).status_code == 404
        assert (await ada.get(f"{COMMENTS}/{stays['id']}")).json() == stays
        deleted = [data["id"] for kind, data in await told(session) if kind == "comment.deleted"]
        assert deleted == [gone["id"]]

    async def test_a_user_takes_comments_along(
        self, ada: AsyncClient, eve: AsyncClient, user: User, other: User, session: AsyncSession
    ) -> None:
        body = {"title": "Eve's", "content": "Some content", "published": True}
        theirs = (await eve.post(POSTS, json=body)).json()
        body["title"] = "Ada's"
        mine = (await ada.post(POSTS, json=body)).json()
        gone = [await say(eve, mine), await say(ada, theirs), await say(eve, theirs)]
        stays = await say(ada, mine)
        assert (await eve.delete(f"/api/v1/users/{other.id}")).status_code == 204
        for each in gone:
            assert (await ada.get(f"{COMMENTS}/{each['id']}")).status_code == 404
        assert (await ada.get(f"{COMMENTS}/{stays['id']}")).json() == stays
        deleted = [data["id"] for kind, data in await told(session) if kind == "comment.deleted"]
        assert sorted(deleted) == [each["id"] for each in gone]


async def test_each_change_is_told(
    eve: AsyncClient, post: dict[str, Any], session: AsyncSession
) -> None:
    made = await say(eve, post, "First")
    data = {name: made[name] for name in ("id", "content", "post_id", "user_id")}
    url = f"{COMMENTS}/{made['id']}"
    await eve.patch(url, json={"content": "Second"})
    await eve.delete(url)
    changed = {**data, "content": "Second"}
    assert await told(session) == [
        ("comment.created", data),
        ("comment.updated", changed),
        ("comment.deleted", changed),
    ]


async def test_what_is_refused_is_not_told(
    ada: AsyncClient, eve: AsyncClient, post: dict[str, Any], session: AsyncSession
) -> None:
    made = await say(ada, post)
    await eve.patch(f"{COMMENTS}/{made['id']}", json={"content": "x"})
    await eve.delete(f"{COMMENTS}/{made['id']}")
    await eve.post(of(post), json={"content": ""})
    assert len(await told(session)) == 1
