"""What lives as long as the application, handed to each request by the lifespan's state."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.database import create_engine


class Container:
    def __init__(self, settings: Settings) -> None:
        self._engine = create_engine(settings)

    async def stop(self) -> None:
        await self._engine.dispose()

    def session(self) -> AsyncSession:
        return AsyncSession(self._engine, expire_on_commit=False)
