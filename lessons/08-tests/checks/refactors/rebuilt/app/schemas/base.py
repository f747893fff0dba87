"""The same rules for bodies, null refused field by field."""

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.json_schema import SkipJsonSchema

STORABLE = r"^[^\x00]*$"
"""What a text may hold."""

Absent = SkipJsonSchema[None]
"""The type of None, where nothing was sent."""


class RequestModel(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


def hide_defaults(schema: dict[str, Any]) -> None:
    """Say nothing of what is there when nothing was sent."""
    schema["properties"] = {
        name: {word: text for word, text in field.items() if word != "default"}
        for name, field in schema.get("properties", {}).items()
    }


class PatchModel(RequestModel):
    """A partial change."""

    model_config = ConfigDict(json_schema_extra=hide_defaults)

    @field_validator("*", mode="before")
    @classmethod
    def never_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("null is not a value here")
        return value

    def changes(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class ResponseModel(BaseModel):
    """Read from attributes."""

    model_config = ConfigDict(from_attributes=True)
