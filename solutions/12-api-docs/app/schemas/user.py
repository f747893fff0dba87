"""Users as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field, SecretStr, StringConstraints

from app.schemas.base import WRITTEN, Absent, PatchModel, RequestModel, ResponseModel

REACHABLE = r"\.(?!(arpa|invalid|local|localhost|onion|test)$)[^.@]+$"
"""How an address ends that mail can be sent to: EmailStr refuses the rest."""

Email = Annotated[
    EmailStr,
    Field(max_length=320, examples=["ada@example.com"], json_schema_extra={"pattern": REACHABLE}),
    AfterValidator(str.lower),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=WRITTEN),
    Field(examples=["Ada"]),
]


def _refuse_half_characters(password: SecretStr) -> SecretStr:
    """Raises ValueError for one half of a surrogate pair: JSON can hold it, and UTF-8 cannot."""
    password.get_secret_value().encode()
    return password


Password = Annotated[
    SecretStr,
    Field(min_length=8, max_length=128, examples=["plums in the attic"]),
    AfterValidator(_refuse_half_characters),
]


class UserCreate(RequestModel):
    """A new user. The password is seen once, here."""

    email: Email
    name: Name
    password: Password


class UserUpdate(PatchModel):
    """A change to a user."""

    email: Email | Absent = None
    name: Name | Absent = None


class UserSummary(ResponseModel):
    """A user as the author of something: what everyone may know."""

    id: int = Field(examples=[3])
    name: str = Field(examples=["Ada"])


class UserResponse(UserSummary):
    """A user, without anything that belongs to the password."""

    email: str = Field(examples=["ada@example.com"])
    created_at: datetime = Field(examples=["2031-05-16T19:00:00Z"])
