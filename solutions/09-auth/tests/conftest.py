"""What tests ask for. Each test has a database file and an application of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.database import create_engine, create_session_factory
from app.main import create_app
from app.models import Base, User
from app.utils.auth import create_access_token

ORIGIN = "https://posts.example.com"
SECRET = "for-tests-and-for-nothing-else" * 3


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for a test: a file, since all sessions of `:memory:` share one connection."""
    return Settings(
        environment="test",
        secret_key=SecretStr(SECRET),
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'test.db'}",
        cors_origins=[ORIGIN],
    )


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The tests' own way to the database, with all tables made."""
    engine = create_engine(settings)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
async def session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A session for arranging and looking; what it writes is seen by others after a commit."""
    async with create_session_factory(engine)() as session:
        yield session


@pytest.fixture
async def other_session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A second session, to see what the first has really committed."""
    async with create_session_factory(engine)() as session:
        yield session


@pytest.fixture
async def app(settings: Settings, engine: AsyncEngine) -> AsyncIterator[FastAPI]:
    """The application, started and stopped as a server would."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


def client_of(app: FastAPI, **options: Any) -> AsyncClient:
    """A client that gets a 500 as a response and not as an exception."""
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://test", **options)


@pytest.fixture
def sign_in(settings: Settings) -> Callable[[User], dict[str, str]]:
    """The headers of somebody who has signed in. No password is hashed for it."""

    def sign_in(user: User) -> dict[str, str]:
        return {"Authorization": f"Bearer {create_access_token(user.id, settings)}"}

    return sign_in


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Somebody who has not signed in."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def ada(
    app: FastAPI, user: User, sign_in: Callable[[User], dict[str, str]]
) -> AsyncIterator[AsyncClient]:
    """The user, signed in."""
    async with client_of(app, headers=sign_in(user)) as client:
        yield client


@pytest.fixture
async def eve(
    app: FastAPI, other: User, sign_in: Callable[[User], dict[str, str]]
) -> AsyncIterator[AsyncClient]:
    """Another user, signed in."""
    async with client_of(app, headers=sign_in(other)) as client:
        yield client


@pytest.fixture
async def user(session: AsyncSession) -> User:
    """A user who is stored already."""
    user = User(email="ada@example.com", name="Ada", hashed_password="not a hash")
    session.add(user)
    await session.commit()
    return user


@pytest.fixture
async def other(session: AsyncSession) -> User:
    """Another user who is stored already."""
    user = User(email="eve@example.com", name="Eve", hashed_password="not a hash")
    session.add(user)
    await session.commit()
    return user


@pytest.fixture
def write(ada: AsyncClient) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Create a post of the user's over HTTP and give back what the API says of it."""

    async def write(title: str = "A title", **more: Any) -> dict[str, Any]:
        body = {"title": title, "content": "Some content", **more}
        response = await ada.post("/api/v1/posts", json=body)
        assert response.status_code == 201, response.text
        found: dict[str, Any] = response.json()
        return found

    return write
