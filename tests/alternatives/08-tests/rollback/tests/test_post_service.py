import pytest
from sqlalchemy import func, select

from app.exceptions import ConflictError, NotFoundError
from app.models import Post
from app.schemas.post import PostCreate, PostUpdate
from app.services import PostService
from app.utils.pagination import PageParams


def new(user, title="A title"):
    return PostCreate(title=title, content="Some content", user_id=user.id)


async def left(session, sessions):
    """What is there once the session has gone back to its last commit."""
    await session.rollback()
    async with sessions() as other:
        return await other.scalar(select(func.count()).select_from(Post))


async def test_create_is_committed(session, sessions, user):
    await PostService(session).create_post(new(user))
    assert await left(session, sessions) == 1


async def test_taken(session, sessions, user):
    service = PostService(session)
    await service.create_post(new(user))
    with pytest.raises(ConflictError):
        await service.create_post(new(user))
    assert await left(session, sessions) == 1


async def test_unknown_author(session):
    with pytest.raises(NotFoundError):
        await PostService(session).create_post(PostCreate(title="T", content="c", user_id=99))


async def test_all_or_none(session, sessions, user):
    with pytest.raises(ConflictError):
        await PostService(session).create_posts([new(user, "Same"), new(user, "Same")])
    assert await left(session, sessions) == 0


async def test_delete_is_committed(session, sessions, user):
    service = PostService(session)
    post = await service.create_post(new(user))
    await service.delete_post(post.id)
    assert await left(session, sessions) == 0


async def test_update(session, sessions, user):
    service = PostService(session)
    one, two = await service.create_posts([new(user, "One"), new(user, "Two")])
    await service.update_post(one.id, PostUpdate(published=True))
    await session.rollback()
    async with sessions() as other:
        stored = await other.get_one(Post, one.id)
    assert (stored.title, stored.published) == ("One", True)
    number = two.id
    with pytest.raises(ConflictError):
        await service.update_post(number, PostUpdate(title="One"))


async def test_pages(session, user):
    service = PostService(session)
    await service.create_posts([new(user, f"Post {n}") for n in range(5)])
    first = await service.list_posts(PageParams(limit=3))
    second = await service.list_posts(PageParams(limit=3, offset=3))
    assert first.total == second.total == 5
    assert [p.title for page in (first, second) for p in page.items] == [f"Post {n}" for n in (4, 3, 2, 1, 0)]
