"""Rules as functions, which fields name."""

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.json_schema import SkipJsonSchema

Nothing = SkipJsonSchema[None]


def absent() -> None:
    """A default that is made anew is in no documentation."""


def trimmed(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text


def storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL cannot be stored")
    return text


class RequestModel(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PatchModel(RequestModel):
    @field_validator("*", mode="before")
    @classmethod
    def not_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("leave it out instead")
        return value

    def changes(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class ResponseModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


