"""Tokens, with an id of their own and a little leeway; jwt's own error for what is wrong."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
from jwt import InvalidTokenError
from pydantic import BaseModel, Field, ValidationError

from app.config import Settings

__all__ = ["InvalidTokenError", "create_access_token", "read_access_token"]


class Claims(BaseModel):
    """What has to be in a token, beside what jwt itself looks at."""

    sub: str = Field(pattern="^[1-9][0-9]{0,9}$")
    purpose: str = Field(pattern="^access$")


def create_access_token(user_id: int, settings: Settings) -> str:
    begins = datetime.now(tz=UTC)
    lasts = timedelta(minutes=settings.access_token_minutes)
    return jwt.encode(
        dict(
            sub=f"{user_id}",
            jti=uuid4().hex,
            iat=begins,
            nbf=begins,
            exp=begins + lasts,
            iss="posts",
            aud="posts-api",
            purpose="access",
        ),
        settings.secret_key.get_secret_value(),
    )


def read_access_token(token: str, settings: Settings) -> int:
    payload = jwt.decode(
        token,
        settings.secret_key.get_secret_value(),
        algorithms=("HS256",),
        issuer="posts",
        audience="posts-api",
        leeway=30,
        options={"require": ["exp", "iat", "sub", "iss", "aud", "purpose"]},
    )
    try:
        found = int(Claims.model_validate(payload).sub)
    except ValidationError:
        raise InvalidTokenError("claims that nobody here has made") from None
    if found >= 2**31:
        raise InvalidTokenError("an id that no row has")
    return found
