"""The effects of events.

A handler works in the session that it is given, and does not commit: whoever calls it commits the
effect together with the id of the event. It raises ValidationError for data that it cannot read.
"""

from typing import Annotated

from pydantic import AliasChoices, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.repositories import StatsRepository
from app.schemas.events import EventEnvelope


class PostAuthor(BaseModel):
    """Whose post it is: all that is needed of an event's data, in each version of it."""

    user_id: Annotated[
        int,
        Field(ge=1, lt=2**31, validation_alias=AliasChoices("user_id", "author_id")),
    ]


async def count_created(session: AsyncSession, event: EventEnvelope) -> None:
    await _count(session, event, "created")


async def count_updated(session: AsyncSession, event: EventEnvelope) -> None:
    await _count(session, event, "updated")


async def count_deleted(session: AsyncSession, event: EventEnvelope) -> None:
    await _count(session, event, "deleted")


async def _count(session: AsyncSession, event: EventEnvelope, what: str) -> None:
    author = PostAuthor.model_validate(event.data)
    await StatsRepository(session).count(author.user_id, **{what: 1})
