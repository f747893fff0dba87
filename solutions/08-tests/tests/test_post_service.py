"""The rules of posts, without HTTP."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.database import create_session_factory
from app.exceptions import ConflictError, NotFoundError
from app.models import Post, User
from app.schemas.post import PostCreate, PostUpdate
from app.services import PostService
from app.utils.pagination import PageParams


def new(user: User, title: str = "A title") -> PostCreate:
    return PostCreate(title=title, content="Some content", user_id=user.id)


async def count(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Post)) or 0


async def test_a_post_is_committed(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    post = await PostService(session).create_post(new(user))
    stored = await other_session.get_one(Post, post.id)
    assert (stored.title, stored.content, stored.user_id) == ("A title", "Some content", user.id)


async def test_a_title_that_is_taken_is_a_conflict(session: AsyncSession, user: User) -> None:
    service = PostService(session)
    await service.create_post(new(user))
    with pytest.raises(ConflictError) as caught:
        await service.create_post(new(user))
    assert caught.value.__cause__ is not None
    assert await count(session) == 1


async def test_an_unknown_author_is_not_found(session: AsyncSession) -> None:
    data = PostCreate(title="Title", content="Text", user_id=99)
    with pytest.raises(NotFoundError):
        await PostService(session).create_post(data)


async def test_several_posts_are_all_stored_or_none(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    with pytest.raises(ConflictError):
        await PostService(session).create_posts([new(user, "Same"), new(user, "Same")])
    assert await count(other_session) == 0


async def test_several_posts_are_stored_in_their_order(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    posts = await PostService(session).create_posts([new(user, "One"), new(user, "Two")])
    assert [post.title for post in posts] == ["One", "Two"]
    assert await count(other_session) == 2


async def test_a_race_for_one_title_has_one_winner(engine: AsyncEngine, user: User) -> None:
    sessions = create_session_factory(engine)

    async def write() -> str:
        async with sessions() as session:
            try:
                await PostService(session).create_post(new(user))
            except ConflictError:
                return "lost"
            return "won"

    results = await asyncio.gather(*(write() for _ in range(8)))
    assert sorted(results) == ["lost"] * 7 + ["won"]


async def test_a_missing_post_is_not_found(session: AsyncSession) -> None:
    service = PostService(session)
    for call in (service.get_post(1), service.delete_post(1)):
        with pytest.raises(NotFoundError):
            await call
    with pytest.raises(NotFoundError):
        await service.update_post(1, PostUpdate(title="Title"))


async def test_an_update_changes_what_was_sent_and_nothing_else(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    service = PostService(session)
    post = await service.create_post(new(user))
    await service.update_post(post.id, PostUpdate(published=True))
    stored = await other_session.get_one(Post, post.id)
    assert (stored.title, stored.content, stored.published) == ("A title", "Some content", True)


async def test_an_update_to_a_title_that_is_taken_is_a_conflict(
    session: AsyncSession, user: User
) -> None:
    service = PostService(session)
    [_, second] = await service.create_posts([new(user, "One"), new(user, "Two")])
    number = second.id
    with pytest.raises(ConflictError):
        await service.update_post(number, PostUpdate(title="One"))


async def test_a_deleted_post_is_gone(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    service = PostService(session)
    post = await service.create_post(new(user))
    await service.delete_post(post.id)
    assert await count(other_session) == 0


async def test_pages_are_newest_first_and_do_not_overlap(session: AsyncSession, user: User) -> None:
    service = PostService(session)
    await service.create_posts([new(user, f"Post {n}") for n in range(5)])
    first = await service.list_posts(PageParams(limit=3))
    second = await service.list_posts(PageParams(limit=3, offset=3))
    assert first.total == second.total == 5
    titles = [post.title for page in (first, second) for post in page.items]
    assert titles == [f"Post {n}" for n in (4, 3, 2, 1, 0)]
