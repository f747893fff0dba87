"""What the links in a post lead to."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.schemas.preview import LinkPreview
from app.services.link_fetcher import LinkFetcher
from app.services.post_service import PostService
from app.utils.links import find_links


class PreviewService:
    """Looks at the links of posts. Changes nothing."""

    def __init__(self, session: AsyncSession, fetcher: LinkFetcher) -> None:
        self._session = session
        self._posts = PostService(session)
        self._fetcher = fetcher

    async def list_previews(self, post_id: int) -> list[LinkPreview]:
        """A preview for each link of the post, in its order. Raises NotFoundError."""
        post = await self._posts.get_post(post_id)
        links = find_links(post.content)
        await self._session.close()  # its connection is not kept while strangers are waited for
        return await self._fetcher.preview_all(links)
