"""What requests and responses have in common."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

STORABLE = r"^[^\x00]*$"
"""A pattern for texts. JSON can hold the character NUL; PostgreSQL cannot."""


class RequestModel(BaseModel):
    """A request's body. A field that is not known is refused: it is a typing error somewhere."""

    # TODO 03.1


class PatchModel(RequestModel):
    """A partial change: a field that is absent stays as it is. null is no value for any field."""

    def changes(self) -> dict[str, Any]:
        """The fields that the client sent."""
        raise NotImplementedError("TODO 03.3")

    # TODO 03.3


class ResponseModel(BaseModel):
    """A response's body, read from an object's attributes."""

    # TODO 03.1
