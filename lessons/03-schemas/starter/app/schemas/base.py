"""What requests and responses have in common."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.json_schema import SkipJsonSchema

STORABLE = r"^[^\x00]*$"
"""A pattern for texts. JSON can hold the character NUL; PostgreSQL cannot."""

Absent = SkipJsonSchema[None]
"""What a field holds that was not sent. None to Python, and no word of it in the documentation."""


def hide_defaults(schema: dict[str, Any]) -> None:
    """Take the defaults out of a model's documentation: nobody may send null."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class RequestModel(BaseModel):
    """A request's body. A field that is not known is refused: it is a typing error somewhere."""

    # TODO 03.1


class PatchModel(RequestModel):
    """A partial change: a field that is absent stays as it is. null is no value for any field,
    and none is documented."""

    def changes(self) -> dict[str, Any]:
        """The fields that the client sent."""
        raise NotImplementedError("TODO 03.3")

    # TODO 03.3


class ResponseModel(BaseModel):
    """A response's body, read from an object's attributes."""

    # TODO 03.1
