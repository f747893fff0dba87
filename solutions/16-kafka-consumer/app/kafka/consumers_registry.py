"""Which event is whose."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from app.events import handlers
from app.schemas.events import EventEnvelope, PostEventType

Handler = Callable[[AsyncSession, EventEnvelope], Awaitable[None]]

HANDLERS: dict[str, Handler] = {
    PostEventType.CREATED: handlers.count_created,
    PostEventType.UPDATED: handlers.count_updated,
    PostEventType.DELETED: handlers.count_deleted,
}
"""By the event's type. Events of other types are not for us."""

VERSIONS = (1, 2)
"""The forms of `data` that the handlers can read."""


class UnknownVersionError(Exception):
    """Nobody here can read this version yet."""


def find_handler(event: EventEnvelope) -> Handler | None:
    """Who handles an event; None where nobody does. Raises UnknownVersionError."""
    handler = HANDLERS.get(event.type)
    if handler is not None and event.version not in VERSIONS:
        raise UnknownVersionError(f"{event.type} has version {event.version}: {VERSIONS} are read")
    return handler
