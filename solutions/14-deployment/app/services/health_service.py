"""Whether this process can do its work."""

import asyncio
import logging
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
SECONDS = 2.0
"""How long the database has for its answer."""


class HealthService:
    """Looks at the database. Made once for the application: one look at a time is enough."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._heads = _heads()
        self._look: asyncio.Task[bool] | None = None

    async def is_ready(self) -> bool:
        """Whether the database answers in time, and has the tables that this code was written for.

        A look that takes too long goes on by itself: to cancel it would be to wait for a driver
        that waits. Whoever asks meanwhile waits for that one.
        """
        look = self._look
        if look is None or look.done():
            look = self._look = asyncio.create_task(self._is_migrated())
        done, _ = await asyncio.wait({look}, timeout=SECONDS)  # then self._look may be the next one
        return bool(done) and not look.cancelled() and look.result()

    async def aclose(self) -> None:
        """Leave no look behind."""
        if self._look is not None:
            self._look.cancel()
            await asyncio.wait({self._look}, timeout=SECONDS)

    async def _is_migrated(self) -> bool:
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(_revisions) == self._heads
        except Exception:
            logger.warning("The database gives no answer", exc_info=True)
            return False


@cache
def _heads() -> frozenset[str]:
    """The last revisions in alembic/versions, which are read once."""
    return frozenset(ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_heads())


def _revisions(connection: Connection) -> set[str]:
    """The revisions that the database is at."""
    return set(MigrationContext.configure(connection).get_current_heads())
