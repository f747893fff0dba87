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

    # TODO 15.2


class EventEnvelope(BaseModel):
    """What every event has, whatever it tells. What a newer writer has added is not read."""

    # TODO 15.2
