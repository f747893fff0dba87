"""What the tables promise, whatever the code above them does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.models import Post, User


async def test_an_email_address_stands_once(session: AsyncSession, user: User) -> None:
    session.add(User(email=user.email, name="Another Ada", hashed_password="x"))
    with pytest.raises(IntegrityError):
        await session.flush()


async def test_a_title_stands_once(session: AsyncSession, user: User) -> None:
    session.add_all([Post(title="Same", content=text, author=user) for text in ("1", "2")])
    with pytest.raises(IntegrityError):
        await session.flush()


async def test_a_post_needs_an_author_who_exists(session: AsyncSession) -> None:
    session.add(Post(title="Orphan", content="Text", user_id=99))
    with pytest.raises(IntegrityError):
        await session.flush()


async def test_deleting_a_user_deletes_the_posts(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    session.add(Post(title="Title", content="Text", author=user))
    await session.commit()
    await session.refresh(user, ["posts"])  # loaded, they are still the database's to delete
    await session.delete(user)
    await session.commit()
    assert (await other_session.scalars(select(Post))).all() == []


async def test_a_new_post_is_unpublished_and_unchanged(session: AsyncSession, user: User) -> None:
    post = Post(title="Title", content="Text", author=user)
    session.add(post)
    await session.commit()
    assert post.published is False
    assert post.updated_at is None


async def test_a_change_sets_the_time_of_change(session: AsyncSession, user: User) -> None:
    post = Post(title="Title", content="Text", author=user)
    session.add(post)
    await session.commit()
    post.content = "Other text"
    await session.commit()
    assert post.updated_at is not None
    assert abs(datetime.now(UTC) - post.updated_at) < timedelta(minutes=1)


async def test_times_come_back_in_utc(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    delhi = timezone(timedelta(hours=5, minutes=30))
    given = datetime(2031, 5, 17, 23, 45, tzinfo=delhi)
    session.add(Post(title="Title", content="Text", author=user, created_at=given))
    await session.commit()
    read = (await other_session.scalars(select(Post))).one().created_at
    assert read == given
    assert read.utcoffset() == timedelta(0)


async def test_a_time_without_a_zone_is_refused(session: AsyncSession, user: User) -> None:
    naive = datetime(2031, 5, 17)
    session.add(Post(title="Title", content="Text", author=user, created_at=naive))
    with pytest.raises(StatementError):
        await session.flush()


async def test_no_hidden_query(
    session: AsyncSession, other_session: AsyncSession, user: User
) -> None:
    session.add(Post(title="Title", content="Text", author=user))
    await session.commit()
    post = (await other_session.scalars(select(Post))).one()
    with pytest.raises(InvalidRequestError, match="raise"):
        _ = post.author


async def test_posts_are_indexed_by_author_and_by_newness(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        indexes = await connection.run_sync(lambda sync: inspect(sync).get_indexes("posts"))
    columns = [index["column_names"] for index in indexes]
    assert ["user_id"] in columns
    assert ["published", "created_at"] in [each[:2] for each in columns]


def test_repr_shows_no_password_hash() -> None:
    user = User(id=7, email="ada@example.com", name="Ada", hashed_password="secret-hash")
    assert "7" in repr(user)
    assert "secret-hash" not in repr(user)
