"""One connection for each test, in a transaction that is rolled back at its end."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.config import Settings
from app.dependencies import get_db
from app.main import create_app
from app.models import Base, User


@pytest.fixture(scope="session")
def url(tmp_path_factory):
    return f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('db') / 'shared.db'}"


@pytest.fixture
async def engine(url):
    engine = create_async_engine(url)

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection, _):
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine):
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest.fixture
def sessions(connection):
    def make():
        return AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")

    return make


@pytest.fixture
async def session(sessions) -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@pytest.fixture
async def user(session):
    user = User(email="ada@example.com", name="Ada", hashed_password="not a hash")
    session.add(user)
    await session.commit()
    return user


@pytest.fixture
async def client(sessions, url):
    app = create_app(Settings(environment="test", database_url=url, cors_origins=["https://posts.example.com"]))

    async def one_each():
        async with sessions() as session:
            yield session

    app.dependency_overrides[get_db] = one_each
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app=app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            yield client
    app.dependency_overrides.clear()


@pytest.fixture
def write(client, user):
    async def write(title="A title", **more):
        body = {"title": title, "content": "Some content", "user_id": user.id, **more}
        response = await client.post("/api/v1/posts", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    return write
