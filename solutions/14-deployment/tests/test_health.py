"""What whoever runs the service asks it."""

from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.services.health_service import ROOT

HEAD = ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()


async def at_revision(engine: AsyncEngine, revision: str | None) -> None:
    """Say of the tests' database that its schema is at a revision."""
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        values: dict[str, Any] = {"revision": revision}
        await connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), values)


async def test_a_process_that_answers_is_live(client: AsyncClient) -> None:
    assert (await client.get("/health/live")).status_code == 200


async def test_it_is_ready_as_long_as_the_schema_is_at_head(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    assert (await client.get("/health/ready")).status_code == 503  # never migrated
    await at_revision(engine, HEAD)
    assert (await client.get("/health/ready")).status_code == 200
    await at_revision(engine, "0001")
    assert (await client.get("/health/ready")).status_code == 503
