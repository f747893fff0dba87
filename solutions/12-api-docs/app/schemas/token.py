"""What somebody who signs in is given."""

from typing import Literal

from pydantic import Field

from app.schemas.base import ResponseModel


class TokenResponse(ResponseModel):
    """A token for the header Authorization, by the names that OAuth 2 gives them."""

    access_token: str = Field(examples=["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIzIn0.c2lnbmVk"])
    token_type: Literal["bearer"] = Field(default="bearer", examples=["bearer"])
    expires_in: int = Field(description="Seconds.", examples=[1800])
