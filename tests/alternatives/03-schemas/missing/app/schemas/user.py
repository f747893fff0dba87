"""Users."""

import datetime as dt
from typing import Annotated as A

import pydantic as p
from pydantic import MISSING

from app.schemas import base

Name = A[
    str,
    p.StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"\A[^\x00]+\z"
    ),
]
Email = A[p.EmailStr, p.AfterValidator(lambda address: address.lower())]


class UserCreate(base.RequestModel):
    email: Email
    name: Name
    password: p.SecretStr = p.Field(min_length=8, max_length=128)

    @p.field_validator("password")
    @classmethod
    def _whole(cls, password: p.SecretStr) -> p.SecretStr:
        password.get_secret_value().encode("utf-8")
        return password


class UserUpdate(base.PatchModel):
    email: Email | MISSING = MISSING
    name: Name | MISSING = MISSING


class UserSummary(base.ResponseModel):
    id: int
    name: str


class UserResponse(base.ResponseModel):
    id: int
    name: str
    email: str
    created_at: dt.datetime
