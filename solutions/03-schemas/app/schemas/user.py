"""Users as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field, SecretStr, StringConstraints

from app.schemas.base import STORABLE, Absent, PatchModel, RequestModel, ResponseModel

Email = Annotated[EmailStr, Field(max_length=320), AfterValidator(str.lower)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=STORABLE)
]


def _refuse_half_characters(password: SecretStr) -> SecretStr:
    """Raises ValueError for one half of a surrogate pair: JSON can hold it, and UTF-8 cannot."""
    password.get_secret_value().encode()
    return password


Password = Annotated[
    SecretStr, Field(min_length=8, max_length=128), AfterValidator(_refuse_half_characters)
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

    id: int
    name: str


class UserResponse(UserSummary):
    """A user, without anything that belongs to the password."""

    email: str
    created_at: datetime
