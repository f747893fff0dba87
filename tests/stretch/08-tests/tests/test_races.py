"""Two at the same moment: one is stored, and the others hear of a conflict."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.database import create_session_factory
from app.exceptions import ConflictError
from app.models import User
from app.schemas import PostCreate, UserCreate
from app.services import PostService, UserService

AT_ONCE = 5


async def race(engine: AsyncEngine, call: Callable[[AsyncSession], Awaitable[object]]) -> list[str]:
    """How so many calls ended that began together, each in a session of its own."""
    sessions = create_session_factory(engine)

    async def one() -> str:
        async with sessions() as session:
            try:
                await call(session)
            except ConflictError:
                return "conflict"
            return "stored"

    return sorted(await asyncio.gather(*(one() for _ in range(AT_ONCE))))


async def test_of_equal_posts_at_once_one_is_stored(engine: AsyncEngine, user: User) -> None:
    post = PostCreate(title="Same", content="Text", user_id=user.id)
    ended = await race(engine, lambda session: PostService(session).create_post(post))
    assert ended == ["conflict"] * (AT_ONCE - 1) + ["stored"]


async def test_of_equal_addresses_at_once_one_is_stored(engine: AsyncEngine) -> None:
    person = UserCreate(email="eve@example.com", name="Eve", password="open sesame")
    ended = await race(engine, lambda session: UserService(session).create_user(person))
    assert ended == ["conflict"] * (AT_ONCE - 1) + ["stored"]
