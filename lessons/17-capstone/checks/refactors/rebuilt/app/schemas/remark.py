"""Remarks as clients send and see them, who call them comments."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.models import Remark

TEXT = "Too sweet for me."


class Written(BaseModel):
    """What somebody has to say."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"content": TEXT}]})

    content: str

    @field_validator("content")
    @classmethod
    def _bounded(cls, content: str) -> str:
        content = content.strip()
        if not 1 <= len(content) <= 2000:
            raise ValueError("1 to 2000 characters, please")
        content.encode()
        if "\x00" in content:
            raise ValueError("without NUL, please")
        return content


class Edited(BaseModel):
    """What somebody has to say now, or nothing."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"content": TEXT}]})

    content: str = ""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if "content" in self.model_fields_set:
            self.__dict__["content"] = Written(content=self.content).content
        return self

    @property
    def body(self) -> str | None:
        return self.content if "content" in self.model_fields_set else None


class Writer(BaseModel):
    """Who says it."""

    id: Annotated[int, Field(examples=[3])]
    name: Annotated[str, Field(examples=["Ada"])]


class Told(BaseModel):
    """A remark, as everybody sees it."""

    id: Annotated[int, Field(examples=[12])]
    content: Annotated[str, Field(examples=[TEXT])]
    post_id: Annotated[int, Field(examples=[7])]
    user_id: Annotated[int, Field(examples=[3])]
    author: Writer
    created_at: Annotated[datetime, Field(examples=["2031-05-17T10:00:00Z"])]
    updated_at: Annotated[datetime | None, Field(examples=["2031-05-17T10:00:00Z"])]

    @classmethod
    def of(cls, remark: Remark) -> Self:
        return cls(
            id=remark.number,
            content=remark.body,
            post_id=remark.on_post,
            user_id=remark.by_user,
            author=Writer(id=remark.writer.id, name=remark.writer.name),
            created_at=remark.written_at,
            updated_at=remark.edited_at,
        )


class Several(BaseModel):
    """Some remarks, and where to go on."""

    items: list[Told]
    next_cursor: Annotated[str | None, Field(examples=["12"])]
