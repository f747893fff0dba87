"""The engine and its sessions."""

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.ext.asyncio.engine import create_async_engine

from app.config import Settings


def create_engine(settings: Settings) -> AsyncEngine:
    options = {"hide_parameters": True}
    engine = create_async_engine(settings.database_url, **options)
    if settings.database_url.startswith("sqlite"):
        event.listen(
            engine.sync_engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA foreign_keys = yes"),
        )
    return engine


def create_session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, autoflush=False, expire_on_commit=False)
