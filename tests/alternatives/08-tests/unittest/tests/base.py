import tempfile
from pathlib import Path
from unittest import IsolatedAsyncioTestCase

from httpx import ASGITransport, AsyncClient

from app.config import Settings
from app.database import create_engine, create_session_factory
from app.main import create_app
from app.models import Base, User


class Case(IsolatedAsyncioTestCase):
    """A service on a database of its own."""

    async def asyncSetUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = Settings(
            environment="test",
            database_url=f"sqlite+aiosqlite:///{Path(folder.name) / 'test.db'}",
            cors_origins=["https://posts.example.com"],
        )
        self.engine = create_engine(settings)
        self.addAsyncCleanup(self.engine.dispose)
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        self.sessions = create_session_factory(self.engine)
        self.session = await self.enterAsyncContext(self.sessions())
        self.other = await self.enterAsyncContext(self.sessions())
        app = create_app(settings)
        await self.enterAsyncContext(app.router.lifespan_context(app))
        transport = ASGITransport(app=app, raise_app_exceptions=False)
        self.client = await self.enterAsyncContext(
            AsyncClient(transport=transport, base_url="http://test")
        )
        self.user = User(email="ada@example.com", name="Ada", hashed_password="not-a-hash")
        self.session.add(self.user)
        await self.session.commit()

    async def write(self, title="One", **more):
        body = {"title": title, "content": "text", "user_id": self.user.id} | more
        return await self.client.post("/api/v1/posts", json=body)
