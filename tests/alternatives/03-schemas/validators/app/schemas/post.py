"""Posts, with validators that several classes share by inheritance."""

from datetime import datetime
from typing import Any

from pydantic import Field, PositiveInt, field_validator

from app.schemas.base import (
    Nothing,
    PatchModel,
    RequestModel,
    ResponseModel,
    absent,
    storable,
    trimmed,
)
from app.schemas.user import UserSummary


class PostCreate(RequestModel):
    title: str = Field(min_length=1, max_length=200)
    content: str = Field(min_length=1)
    published: bool = False
    user_id: PositiveInt = Field(le=2_147_483_647)

    _trim = field_validator("title", mode="before")(trimmed)
    _store = field_validator("title", "content")(storable)

    @field_validator("content")
    @classmethod
    def _not_blank(cls, content: str) -> str:
        """Content keeps its blanks, but is not made of them alone."""
        if not content.strip():
            raise ValueError("content is blank")
        return content


class PostUpdate(PatchModel):
    title: str | Nothing = Field(min_length=1, max_length=200, default_factory=absent)
    content: str | Nothing = Field(min_length=1, default_factory=absent)
    published: bool | Nothing = Field(default_factory=absent)

    _trim = field_validator("title", mode="before")(trimmed)
    _store = field_validator("title", "content")(storable)

    @field_validator("content")
    @classmethod
    def _not_blank(cls, content: Any) -> Any:
        if not content.strip():
            raise ValueError("content is blank")
        return content


class PostResponse(ResponseModel):
    id: int
    title: str
    content: str
    published: bool
    user_id: int
    author: UserSummary
    created_at: datetime
    updated_at: datetime | None = Field(default=None)
