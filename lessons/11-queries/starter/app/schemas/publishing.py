"""Many posts published at once."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import RequestModel, ResponseModel
from app.schemas.post import Id


class PublishRequest(RequestModel):
    """The posts that are meant, at most a hundred."""

    # TODO 11.6


class PublishResponse(ResponseModel):
    """The ids of those that were drafts until now."""

    published: list[int]
