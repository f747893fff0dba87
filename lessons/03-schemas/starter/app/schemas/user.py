"""Users as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field, SecretStr, StringConstraints

from app.schemas.base import STORABLE, Absent, PatchModel, RequestModel, ResponseModel

Email = ...  # TODO 03.2
Name = ...  # TODO 03.2


def _refuse_half_characters(password: SecretStr) -> SecretStr:
    """Raises ValueError for one half of a surrogate pair: JSON can hold it, and UTF-8 cannot."""
    password.get_secret_value().encode()
    return password


Password = ...  # TODO 03.2


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
