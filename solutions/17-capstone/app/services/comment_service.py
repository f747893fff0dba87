"""What can be done with comments."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.exceptions import ConflictError, NotFoundError
from app.models import Comment
from app.repositories import CommentRepository, PostRepository, UserRepository
from app.repositories.violations import is_orphan
from app.schemas.comment import CommentDraft, CommentUpdate
from app.schemas.events import CommentEventType
from app.services.outbox import record
from app.utils.cursor import Cursor, CursorPage
from app.utils.pagination import PageParams


class CommentService:
    """Writes, changes and finds comments. Raises only errors of the domain."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._comments = CommentRepository(session)
        self._posts = PostRepository(session)
        self._users = UserRepository(session)

    async def create_comment(self, post_id: int, data: CommentDraft, user_id: int) -> Comment:
        """Store a comment. Raises NotFoundError, or ConflictError where the post is a draft."""
        post, author = await self._posts.get(post_id), await self._users.get(user_id)
        if post is None:
            raise NotFoundError(f"There is no post {post_id}.")
        if author is None:
            raise NotFoundError(f"There is no user {user_id}.")
        if not post.published:
            raise ConflictError("A draft takes no comments.")
        comment = Comment(post=post, author=author, content=data.content)
        try:
            await self._comments.create(comment)
            await record(self._session, CommentEventType.CREATED, [comment])
            await self._session.commit()
        except IntegrityError as error:
            await self._session.rollback()
            if not is_orphan(error):
                raise
            raise NotFoundError("The post or its reader is gone.") from error
        return comment

    async def get_comment(self, comment_id: int) -> Comment:
        """The comment of that id, with its author and its post. Raises NotFoundError."""
        comment = await self._comments.get(comment_id)
        if comment is None:
            raise NotFoundError(f"There is no comment {comment_id}.")
        return comment

    async def list_comments(
        self, post_id: int, limit: int, cursor: Cursor | None = None
    ) -> CursorPage[Comment]:
        """Some comments on a post, oldest first. Raises NotFoundError for the post."""
        if await self._posts.get(post_id) is None:
            raise NotFoundError(f"There is no post {post_id}.")
        found = await self._comments.list_of_post(post_id, cursor, limit + 1)
        comments, more = found[:limit], len(found) > limit
        last = Cursor(comments[-1].created_at, comments[-1].id) if more else None
        return CursorPage(comments, None, PageParams(limit), last)

    async def update_comment(self, comment_id: int, data: CommentUpdate) -> Comment:
        """Change what was sent. Raises NotFoundError."""
        comment = await self.get_comment(comment_id)
        changes = {
            name: new for name, new in data.changes().items() if getattr(comment, name) != new
        }
        try:
            if changes:
                await self._comments.update(comment, changes)
                await record(self._session, CommentEventType.UPDATED, [comment])
            await self._session.commit()
        except StaleDataError as error:  # deleted since it was read
            await self._session.rollback()
            raise NotFoundError(f"There is no comment {comment_id}.") from error
        return comment

    async def delete_comment(self, comment_id: int) -> None:
        """Remove a comment. Raises NotFoundError."""
        removed = await self._comments.remove(Comment.id == comment_id)
        if not removed:
            raise NotFoundError(f"There is no comment {comment_id}.")
        await record(self._session, CommentEventType.DELETED, removed)
        await self._session.commit()
