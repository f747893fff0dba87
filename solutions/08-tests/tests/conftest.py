"""What tests ask for. Each test has a database file and an application of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.database import create_engine, create_session_factory
from app.main import create_app
from app.models import Base, User

ORIGIN = "https://posts.example.com"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for a test: a file, since all sessions of `:memory:` share one connection."""
    return Settings(
        environment="test",
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


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that gets a 500 as a response and not as an exception."""
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def user(session: AsyncSession) -> User:
    """A user who is stored already."""
    user = User(email="ada@example.com", name="Ada", hashed_password="not a hash")
    session.add(user)
    await session.commit()
    return user


@pytest.fixture
def write(client: AsyncClient, user: User) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Create a post over HTTP and give back what the API says of it."""

    async def write(title: str = "A title", **more: Any) -> dict[str, Any]:
        body = {"title": title, "content": "Some content", "user_id": user.id, **more}
        response = await client.post("/api/v1/posts", json=body)
        assert response.status_code == 201, response.text
        found: dict[str, Any] = response.json()
        return found

    return write
