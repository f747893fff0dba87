"""What lives as long as the application, in one place of the module."""

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.database import create_engine


class Container:
    _engine: AsyncEngine | None = None

    def start(self, settings: Settings) -> None:
        self._engine = create_engine(settings)

    async def stop(self) -> None:
        assert self._engine is not None
        await self._engine.dispose()
        self._engine = None

    def session(self) -> AsyncSession:
        assert self._engine is not None
        return AsyncSession(self._engine, expire_on_commit=False)


container = Container()
