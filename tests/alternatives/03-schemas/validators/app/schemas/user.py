"""Users."""

from datetime import datetime

from pydantic import EmailStr, Field, SecretStr, field_validator

from app.schemas.base import (
    Nothing,
    PatchModel,
    RequestModel,
    ResponseModel,
    absent,
    storable,
    trimmed,
)


def lower(address: str) -> str:
    return address.lower()


class UserCreate(RequestModel):
    email: EmailStr
    name: str = Field(min_length=1, max_length=100)
    password: SecretStr

    _lower = field_validator("email")(lower)
    _trim = field_validator("name", mode="before")(trimmed)
    _store = field_validator("name")(storable)

    @field_validator("password")
    @classmethod
    def _long_enough(cls, password: SecretStr) -> SecretStr:
        secret = password.get_secret_value()
        if not 8 <= len(secret) <= 128:
            raise ValueError("a password has 8 to 128 characters")
        if any(0xD800 <= ord(each) <= 0xDFFF for each in secret):
            raise ValueError("a password is text")
        return password


class UserUpdate(PatchModel):
    email: EmailStr | Nothing = Field(default_factory=absent)
    name: str | Nothing = Field(min_length=1, max_length=100, default_factory=absent)

    _lower = field_validator("email")(lower)
    _trim = field_validator("name", mode="before")(trimmed)
    _store = field_validator("name")(storable)


class UserSummary(ResponseModel):
    id: int
    name: str


class UserResponse(UserSummary):
    email: str
    created_at: datetime
