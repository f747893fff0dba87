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


class PostEventData(BaseModel):
    """The post as the change has left it, or as it was last."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    content: str
    published: bool
    user_id: int


class EventEnvelope(BaseModel):
    """What every event has, whatever it tells. What a newer writer has added is not read."""

    id: UUID = Field(default_factory=uuid4)
    """Stays the same however often the event is sent, so that a reader knows it again."""
    type: str
    version: int = VERSION
    occurred_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    data: dict[str, Any]
