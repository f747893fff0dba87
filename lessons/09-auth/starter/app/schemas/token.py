"""What somebody who signs in is given."""

from typing import Literal

from app.schemas.base import ResponseModel


class TokenResponse(ResponseModel):
    """A token for the header Authorization, by the names that OAuth 2 gives them."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
    """Seconds."""
