"""Runs the migrations on the database that the service's settings name."""

import asyncio
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


OPTIONS: dict[str, Any] = {
    "target_metadata": Base.metadata,
    "compare_server_default": True,
    "render_as_batch": True,  # SQLite alters a table by copying it
    "render_item": render_item,
}


def run_offline() -> None:
    """Print the SQL instead of running it: `alembic upgrade head --sql`."""
    url = get_settings().database_url
    context.configure(url=url, literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def run_on(connection: Connection) -> None:
    """Run the migrations, on SQLite without foreign keys.

    SQLite alters a table by dropping its old copy: every row would be deleted, and by ON DELETE
    CASCADE the rows that refer to it. Raises CommandError where rows are left that refer to none.
    """
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.commit()  # Alembic begins, and commits, a transaction of its own
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
    if sqlite and (orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise CommandError(f"Rows that refer to none (table, row, to, key): {orphans}")


async def run_online() -> None:
    engine = create_engine(get_settings())
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run_on)
    finally:
        await engine.dispose()


if context.is_offline_mode():
    run_offline()
else:
    asyncio.run(run_online())
