from app.schemas.preview import LinkPreview
from app.services.link_fetcher import LinkFetcher
from app.utils.links import find_links


class PreviewService:
    """Knows nothing of the database: the content is given to it."""

    def __init__(self, fetcher: LinkFetcher) -> None:
        self._fetcher = fetcher

    async def list_previews(self, content: str) -> list[LinkPreview]:
        return await self._fetcher.preview_all(find_links(content))
