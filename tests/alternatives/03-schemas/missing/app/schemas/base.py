"""pydantic's own MISSING tells absent from null: no validator, and nothing to hide."""

from typing import Any

import pydantic


class RequestModel(pydantic.BaseModel, extra="forbid"):
    """What comes in."""


class PatchModel(RequestModel):
    """What was not sent is MISSING, unless a field says otherwise."""

    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class ResponseModel(pydantic.BaseModel, from_attributes=True):
    """What goes out."""
