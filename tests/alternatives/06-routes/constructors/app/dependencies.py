"""Services as classes whose constructors FastAPI calls; bounds as models."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.post_service import PostService
from app.services.user_service import UserService
from app.utils.pagination import PageParams


async def get_db(request: Request) -> AsyncGenerator[AsyncSession, None]:
    session: AsyncSession = request.state.sessions()
    try:
        yield session
    finally:
        await session.close()


Session = Annotated[AsyncSession, Depends(get_db)]


class Posts(PostService):
    def __init__(self, session: Session) -> None:
        super().__init__(session)


class Users(UserService):
    def __init__(self, session: Session) -> None:
        super().__init__(session)


class Bounds(BaseModel):
    limit: int = Field(25, ge=1, le=100)
    offset: int = Field(0, ge=0, lt=2**31)

    def page(self) -> PageParams:
        return PageParams(limit=self.limit, offset=self.offset)


PostsDep = Annotated[PostService, Depends(Posts)]
UsersDep = Annotated[UserService, Depends(Users)]
BoundsDep = Annotated[Bounds, Query()]
PostId = Annotated[int, Path(gt=0, lt=2**31)]
UserId = Annotated[int, Path(gt=0, lt=2**31)]
