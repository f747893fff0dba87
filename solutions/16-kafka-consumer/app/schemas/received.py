"""Events as they come from others."""

from uuid import UUID

from app.schemas.events import EventEnvelope


class ReceivedEvent(EventEnvelope):
    """An event that somebody else has written.

    An id that was made on reading would be another one at each reading: here nothing has a
    default by which events are told apart.
    """

    id: UUID
    version: int
