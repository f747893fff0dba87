"""What is shown of the links in a post."""

from pydantic import Field

from app.schemas.base import ResponseModel


class LinkPreview(ResponseModel):
    """One link of a post, with the title of its page or what kept us from it."""

    url: str = Field(examples=["https://example.com/jam"])
    title: str | None = Field(default=None, examples=["How to make jam"])
    error: str | None = Field(default=None, examples=[None])


class PreviewsResponse(ResponseModel):
    """A preview for each link, in the order of the post."""

    items: list[LinkPreview]
