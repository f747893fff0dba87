"""What may be done with comments, by whom. Each function but `take_along` is one transaction."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.comments import store
from app.comments.model import Comment
from app.exceptions import ConflictError, DomainError, NotFoundError
from app.models import OutboxEvent
from app.repositories import OutboxRepository, PostRepository
from app.repositories.violations import is_orphan
from app.schemas.events import EventEnvelope

TOLD = ("id", "content", "post_id", "user_id")


class ForbiddenError(DomainError):
    """Somebody else may do it."""

    code = "forbidden"


class Comments:
    """Comments, as one user sees them. Of nobody there is no `user_id`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def read(self, id_: int) -> Comment:
        found = await store.get(self.session, id_)
        if found is None:
            raise NotFoundError(f"Comment {id_} does not exist.")
        return found

    async def read_all(self, post_id: int, after: int, limit: int) -> Sequence[Comment]:
        await self._post(post_id)
        return await store.after(self.session, post_id, after, limit)

    async def write(self, post_id: int, user_id: int, content: str) -> Comment:
        if not (await self._post(post_id)).published:
            raise ConflictError("Drafts take no comments.")
        comment = Comment(post_id=post_id, user_id=user_id, content=content)
        try:
            await store.add(self.session, comment)
        except IntegrityError as error:
            await self.session.rollback()
            if not is_orphan(error):
                raise
            raise NotFoundError("What it belongs to is gone.") from error
        await _tell(self.session, "comment.created", [comment])
        await self.session.commit()
        return await self.read(comment.id)

    async def change(self, id_: int, user_id: int, content: str | None) -> Comment:
        comment = await self.read(id_)
        if comment.user_id != user_id:
            raise ForbiddenError("It was written by somebody else.")
        if content in (None, comment.content):
            return comment
        row = await store.change(self.session, id_, content=content, updated_at=datetime.now(UTC))
        if row is None:
            raise NotFoundError(f"Comment {id_} does not exist any more.")
        await _tell(self.session, "comment.updated", [row])
        await self.session.commit()
        return await self.read(id_)

    async def delete(self, id_: int, user_id: int) -> None:
        comment = await self.read(id_)
        if user_id not in {comment.user_id, comment.post.user_id}:
            raise ForbiddenError("Neither comment nor post is yours.")
        rows = await store.remove(self.session, Comment.id == id_)
        if not rows:
            raise NotFoundError(f"Comment {id_} does not exist any more.")
        await _tell(self.session, "comment.deleted", rows)
        await self.session.commit()

    async def _post(self, post_id: int) -> Any:
        post = await PostRepository(self.session).get(post_id)
        if post is None:
            raise NotFoundError(f"Post {post_id} does not exist.")
        return post


async def take_along(
    session: AsyncSession, posts: Sequence[int], author: int | None = None
) -> None:
    """Delete the comments on these posts, and those of a user, and tell of it. Commits nothing."""
    rows = list(await store.remove(session, Comment.post_id.in_(posts)))
    if author is not None:
        rows += await store.remove(session, Comment.user_id == author)
    await _tell(session, "comment.deleted", rows)


async def _tell(session: AsyncSession, kind: str, rows: Iterable[Any]) -> None:
    for row in rows:
        event = EventEnvelope(type=kind, data={name: getattr(row, name) for name in TOLD})
        stored = OutboxEvent(key=f"{row.post_id}", value=event.model_dump_json())
        await OutboxRepository(session).add_all([stored])
