"""The engine, whose listener is made along with it, and its sessions."""

from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.ext.asyncio import create_async_engine as connect_to
from sqlalchemy.pool import ConnectionPoolEntry

from app import config


def create_engine(settings: config.Settings) -> AsyncEngine:
    """Make an engine, of which the caller disposes."""
    url = make_url(settings.database_url)
    engine = connect_to(url, hide_parameters=True, pool_pre_ping=True)
    if url.get_backend_name() == "sqlite":

        @event.listens_for(engine.sync_engine.pool, "connect")
        def ask_for_foreign_keys(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            try:
                cursor.execute("PRAGMA foreign_keys = 1")
            finally:
                cursor.close()

    return engine


def create_session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(bind=engine, class_=AsyncSession, expire_on_commit=False)
