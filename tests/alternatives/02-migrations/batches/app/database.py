"""The engine, with its listener inside."""

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.ext.asyncio import create_async_engine as make

from app.config import Settings


def create_engine(settings: Settings) -> AsyncEngine:
    url = make_url(settings.database_url)
    engine = make(url, hide_parameters=True, pool_pre_ping=True)
    if url.get_backend_name() == "sqlite":

        @event.listens_for(engine.sync_engine.pool, "connect")
        def on_connect(connection, record):
            connection.execute("PRAGMA foreign_keys = 1")

    return engine


def create_session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(bind=engine, class_=AsyncSession, expire_on_commit=False)
