"""Comments: what may be done with them, and the queries that it takes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.exceptions import ConflictError, NotFoundError
from app.models import Comment, Post
from app.repositories.violations import is_orphan
from app.schemas.comment import CommentDraft, CommentUpdate
from app.schemas.events import CommentEventType
from app.services.outbox import record
from app.utils.cursor import Cursor, CursorPage
from app.utils.pagination import PageParams


class CommentService:
    """All of comments. Each public method that writes is one transaction, but for `remove`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def create_comment(self, post_id: int, data: CommentDraft, user_id: int) -> Comment:
        """Add a comment where its post is published."""
        published = await self.session.scalar(select(Post.published).where(Post.id == post_id))
        if published is None:
            raise NotFoundError("Nobody has written that post.")
        if not published:
            raise ConflictError("Wait until it is published.")
        comment = Comment(post_id=post_id, user_id=user_id, content=data.content)
        self.session.add(comment)
        try:
            await self.session.flush()
            await record(self.session, CommentEventType.CREATED, [comment])
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            if is_orphan(error):
                raise NotFoundError("Post or user have just been deleted.") from error
            raise
        return await self.get_comment(comment.id)

    async def get_comment(self, comment_id: int) -> Comment:
        """One comment, with what answers show of it."""
        query = self._shown().where(Comment.id == comment_id)
        query = query.execution_options(populate_existing=True)
        comment = await self.session.scalar(query)
        if comment is None:
            raise NotFoundError("Nobody has said that.")
        return comment

    async def list_comments(
        self, post_id: int, limit: int, cursor: Cursor | None = None
    ) -> CursorPage[Comment]:
        """Some of what was said about a post."""
        if await self.session.scalar(select(Post.id).where(Post.id == post_id)) is None:
            raise NotFoundError("Nobody has written that post.")
        query = self._shown().where(Comment.post_id == post_id)
        if cursor is not None:
            later = Comment.created_at > cursor.created_at
            same = and_(Comment.created_at == cursor.created_at, Comment.id > cursor.id)
            query = query.where(Comment.created_at >= cursor.created_at, or_(later, same))
        query = query.order_by(Comment.created_at, Comment.id).limit(limit + 1)
        found = list(await self.session.scalars(query))
        page, rest = found[:limit], found[limit:]
        last = Cursor(page[-1].created_at, page[-1].id) if rest else None
        return CursorPage(page, None, PageParams(limit), last)

    async def update_comment(self, comment_id: int, data: CommentUpdate) -> Comment:
        """Change the text by one UPDATE, where it differs."""
        comment = await self.get_comment(comment_id)
        if data.content is None or data.content == comment.content:
            return comment
        values = {"content": data.content, "updated_at": datetime.now(UTC)}
        query = update(Comment).where(Comment.id == comment_id).values(**values)
        changed = (await self.session.execute(query.returning(*Comment.__table__.c))).all()
        if not changed:
            raise NotFoundError("It has just been deleted.")
        await record(self.session, CommentEventType.UPDATED, changed)
        await self.session.commit()
        return await self.get_comment(comment_id)

    async def delete_comment(self, comment_id: int) -> None:
        """Delete one comment."""
        gone = await self.remove(Comment.id == comment_id)
        if not gone:
            raise NotFoundError("Nobody says that any more.")
        await record(self.session, CommentEventType.DELETED, gone)
        await self.session.commit()

    async def remove(self, *where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Delete comments and give their rows. The caller tells of it, and commits."""
        query = delete(Comment).where(*where).returning(*Comment.__table__.c)
        return (await self.session.execute(query)).all()

    @staticmethod
    def _shown() -> Select[Comment]:
        return select(Comment).options(selectinload(Comment.author), selectinload(Comment.post))
