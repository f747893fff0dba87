from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.schemas.preview import LinkPreview
from app.services.link_fetcher import LinkFetcher
from app.services.post_service import PostService
from app.utils.links import find_links


class PreviewService:
    """Opens a session of its own, for as long as it reads."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], fetcher: LinkFetcher) -> None:
        self.sessions, self.fetcher = sessions, fetcher

    async def list_previews(self, post_id: int) -> list[LinkPreview]:
        async with self.sessions() as session:
            content = (await PostService(session).get_post(post_id)).content
        return await self.fetcher.preview_all(find_links(content))
