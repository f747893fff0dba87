"""Runs the migrations on the database that the service's settings name."""

import asyncio
from contextlib import AsyncExitStack
from logging.config import fileConfig
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from app.config import get_settings
from app.database import create_engine
from app.models import Base, UtcDateTime, UtcNow

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write what is our own in plain SQLAlchemy, so that migrations never import the service."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "server_default" and isinstance(getattr(item, "arg", None), UtcNow):
        sqlite = str(item.arg.compile(dialect=sqlite_dialect()))
        return f'sa.text("({sqlite})" if op.get_context().dialect.name == "sqlite" else "now()")'
    return False


def configure(**where: Any) -> None:
    context.configure(
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_server_default=False,
        **where,
    )


def run(connection: Connection | None = None) -> None:
    if connection is not None:
        configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def online() -> None:
    async with AsyncExitStack() as stack:
        engine = create_engine(get_settings())
        stack.push_async_callback(engine.dispose)
        connection = await stack.enter_async_context(engine.connect())
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:  # on the driver's own connection, where no transaction has begun
            raw = await connection.get_raw_connection()
            await raw.driver_connection.execute("PRAGMA foreign_keys = OFF")
        await connection.run_sync(run)
        if sqlite:
            found = await connection.exec_driver_sql("PRAGMA foreign_key_check")
            if lost := found.mappings().all():
                raise CommandError(f"rows without the row that they refer to: {lost}")


if context.is_offline_mode():
    configure(url=get_settings().database_url, literal_binds=True)
    run()
else:
    with asyncio.Runner() as runner:
        runner.run(online())
