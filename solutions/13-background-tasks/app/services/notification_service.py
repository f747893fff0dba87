"""What others are told after the response."""

import asyncio
import logging
from collections.abc import Awaitable

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.repositories import UserRepository
from app.services.delivery import NotDeliveredError
from app.services.mailer import Mailer
from app.services.moderation_hook import Event, ModerationHook
from app.utils.welcome import welcome_mail

logger = logging.getLogger(__name__)


class NotificationService:
    """Takes ids and reads what it needs in a session of its own: the request's is another's.

    Nobody waits for its methods, so they raise nothing: what fails is one line in the log, with the
    id of the request that it was for.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        mailer: Mailer,
        hook: ModerationHook,
        request_id: str,
    ) -> None:
        self._sessions = sessions
        self._mailer = mailer
        self._hook = hook
        self._request_id = request_id

    async def user_created(self, user_id: int, path: str) -> None:
        """Greet a user and tell the moderators, at the same time."""
        await asyncio.gather(
            self._guard(f"The welcome mail of user {user_id}", self._welcome(user_id)),
            self._guard(f"The hook of {path}", self._announce("user.created", path)),
        )

    async def post_created(self, path: str) -> None:
        """Tell the moderators of a post."""
        await self._guard(f"The hook of {path}", self._announce("post.created", path))

    async def _welcome(self, user_id: int) -> None:
        if not self._mailer.enabled:
            return
        async with self._sessions() as session:
            user = await UserRepository(session).get(user_id)
        if user is not None:  # nobody has deleted it since
            message = welcome_mail(user.name, user.email, self._mailer.sender)
            await self._mailer.send(message, user.email)

    async def _announce(self, kind: str, path: str) -> None:
        if self._hook.enabled:
            await self._hook.send(Event(kind, path))

    async def _guard(self, what: str, work: Awaitable[None]) -> None:
        try:
            await work
        except NotDeliveredError as error:
            logger.warning("%s was given up: %s [%s]", what, error, self._request_id)
        except Exception as error:  # its text may hold anything
            logger.warning("%s failed: %s [%s]", what, type(error).__name__, self._request_id)
