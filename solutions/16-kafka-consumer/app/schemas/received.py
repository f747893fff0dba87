"""Events as they come from others."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.schemas.events import EventEnvelope

NEWEST = 2
"""The last form of `data` that the handlers can read."""


class EventHead(BaseModel):
    """What is read of every event, before it is known whose it is.

    An id that was made on reading would be another one at each reading: here nothing has a
    default by which events are told apart.
    """

    id: UUID
    type: str


class ReceivedEvent(EventHead, EventEnvelope):
    """An event for us, which somebody else has written."""

    version: Annotated[int, Field(ge=1, le=NEWEST)]
