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
    raise NotImplementedError("TODO 02.1")


def create_session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects stay readable after a commit: async code cannot reload them."""
    raise NotImplementedError("TODO 02.1")


def _enforce_foreign_keys(connection: Any, _: object) -> None:
    """SQLite checks foreign keys only on connections that ask for it."""
    raise NotImplementedError("TODO 02.1")
