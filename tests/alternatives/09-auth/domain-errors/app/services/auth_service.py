"""Signing in, and who may touch what: rules of the domain, raised as its errors."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.exceptions import ForbiddenError, NotFoundError, UnauthenticatedError
from app.models import Post, User
from app.repositories import PostRepository, UserRepository
from app.utils.passwords import verify_password


class AuthService:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._users = UserRepository(session)
        self._posts = PostRepository(session)

    async def sign_in(self, email: str, password: str) -> User:
        try:
            address = validate_email(email, check_deliverability=False).normalized.lower()
            user = await self._users.get_by_email(address)
        except EmailNotValidError:
            user = None
        hashed = user.hashed_password if user else None
        await self._session.commit()  # no connection is held while the password is hashed
        right, newer = await verify_password(password, hashed)
        if user is None or not right:
            raise UnauthenticatedError("Wrong address or password.")
        if newer:
            same = (User.id == user.id, User.hashed_password == hashed)
            await self._session.execute(update(User).where(*same).values(hashed_password=newer))
            there = await self._users.exists(User.id == user.id)
            await self._session.commit()
            if not there:  # deleted meanwhile
                raise UnauthenticatedError("Wrong address or password.")
        return user

    async def user_of(self, user_id: int) -> User:
        user = await self._users.get(user_id)
        if user is None:
            raise UnauthenticatedError
        return user

    async def own_post(self, user: User, post_id: int) -> Post:
        post = await self._posts.get(post_id)
        if post is None:
            raise NotFoundError(f"No post {post_id}.")
        if post.user_id != user.id:
            raise ForbiddenError("This post is another's.")
        return post

    async def own_account(self, user: User, user_id: int) -> User:
        if user.id == user_id:
            return user
        if await self._users.get(user_id) is None:
            raise NotFoundError(f"No user {user_id}.")
        raise ForbiddenError("This account is another's.")
