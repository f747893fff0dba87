"""Users as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field, SecretStr, StringConstraints

from app.schemas.base import PatchModel, RequestModel, ResponseModel

Email = Annotated[EmailStr, Field(max_length=320), AfterValidator(str.lower)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Password = Annotated[SecretStr, Field(min_length=8, max_length=128)]


class UserCreate(RequestModel):
    """A new user. The password is seen once, here."""

    # TODO 03.2


class UserUpdate(PatchModel):
    """A change to a user."""

    # TODO 03.3


class UserSummary(ResponseModel):
    """A user as the author of something: what everyone may know."""

    # TODO 03.4


class UserResponse(UserSummary):
    """A user, without anything that belongs to the password."""

    # TODO 03.4
