"""What requests and responses have in common."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.json_schema import SkipJsonSchema

STORABLE = r"^[^\x00]*$"
"""A pattern for texts. JSON can hold the character NUL; PostgreSQL cannot."""

WRITTEN = r"^[^\x00]*[^\s\x00][^\x00]*$"
"""STORABLE, and not only blanks."""

Absent = SkipJsonSchema[None]
"""What a field holds that was not sent. None to Python, and no word of it in the documentation."""


def hide_defaults(schema: dict[str, Any]) -> None:
    """Take the defaults out of a model's documentation: nobody may send null."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class RequestModel(BaseModel):
    """A request's body. A field that is not known is refused: it is a typing error somewhere."""

    model_config = ConfigDict(extra="forbid")


class PatchModel(RequestModel):
    """A partial change: a field that is absent stays as it is. null is no value for any field,
    and none is documented."""

    model_config = ConfigDict(json_schema_extra=hide_defaults)

    @model_validator(mode="after")
    def _refuse_null(self) -> Self:
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} may be left out, but not be null")
        return self

    def changes(self) -> dict[str, Any]:
        """The fields that the client sent."""
        return self.model_dump(exclude_unset=True)


class ResponseModel(BaseModel):
    """A response's body, read from an object's attributes."""

    model_config = ConfigDict(from_attributes=True)
