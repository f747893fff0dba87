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
