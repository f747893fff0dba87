"""Events as Kafka carries them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

VERSION = 1
"""Of what `data` holds. It grows when an older reader could misread what is new."""


class PostEventType(StrEnum):
    """What can become of a post."""

    CREATED = "post.created"
    UPDATED = "post.updated"
    DELETED = "post.deleted"


class CommentEventType(StrEnum):
    """What can become of a comment."""

    CREATED = "comment.created"
    UPDATED = "comment.updated"
    DELETED = "comment.deleted"


class PostEventData(BaseModel):
    """The post as the change has left it, or as it was last."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    content: str
    published: bool
    user_id: int

    @property
    def key(self) -> str:
        """What keeps its events in order."""
        return str(self.id)


class CommentEventData(BaseModel):
    """The comment as the change has left it, or as it was last."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    content: str
    post_id: int
    user_id: int

    @property
    def key(self) -> str:
        """The post's: nobody hears of a comment before the post that it is on."""
        return str(self.post_id)


class EventEnvelope(BaseModel):
    """What every event has, whatever it tells. What a newer writer has added is not read."""

    id: UUID = Field(default_factory=uuid4)
    """Stays the same however often the event is sent, so that a reader knows it again."""
    type: str
    version: int = VERSION
    occurred_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    data: dict[str, Any]
