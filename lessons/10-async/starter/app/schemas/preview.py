"""What is shown of the links in a post."""

from app.schemas.base import ResponseModel


class LinkPreview(ResponseModel):
    """One link of a post, with the title of its page or what kept us from it."""

    url: str
    title: str | None = None
    error: str | None = None


class PreviewsResponse(ResponseModel):
    """A preview for each link, in the order of the post."""

    items: list[LinkPreview]
