"""The engine and its sessions, made from the settings and owned by whoever asks for them."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from app.config import Settings


def create_engine(settings: Settings) -> AsyncEngine:
    """An engine for the settings' database. The caller disposes of it.

    Errors show the statement and not its values, which would end up in the log.
    """
    engine = create_async_engine(settings.database_url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _enforce_foreign_keys)
    return engine


def create_session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects stay readable after a commit: async code cannot reload them."""
    return async_sessionmaker(engine, expire_on_commit=False)


def _enforce_foreign_keys(connection: Any, _: object) -> None:
    """SQLite checks foreign keys only on connections that ask for it."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
