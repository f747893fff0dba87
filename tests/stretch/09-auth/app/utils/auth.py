"""Access tokens: signed proof of who somebody is, for a while."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from app.config import Settings

ALGORITHM = "HS256"
ISSUER = "posts"
AUDIENCE = "posts-api"
PURPOSE = "access"


class InvalidTokenError(Exception):
    """The token proves nothing. The message is for the log, never for the client."""


def create_access_token(user_id: int, settings: Settings) -> str:
    """A token that names the user, and nothing else of the user's: anybody can read it."""
    now = datetime.now(UTC)
    claims = {
        "sub": str(user_id),
        "iat": now,
        "exp": now + timedelta(minutes=settings.access_token_minutes),
        "iss": ISSUER,
        "aud": AUDIENCE,
        "purpose": PURPOSE,
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), algorithm=ALGORITHM)


def read_access_token(token: str, settings: Settings) -> int:
    """The id of the user whom the token names. Raises InvalidTokenError."""
    previous = settings.secret_key_previous
    try:
        try:
            claims = _decoded(token, settings.secret_key.get_secret_value())
        except jwt.InvalidSignatureError:
            if previous is None:
                raise
            claims = _decoded(token, previous.get_secret_value())
    except jwt.InvalidTokenError as error:
        raise InvalidTokenError(str(error)) from error
    if claims.get("purpose") != PURPOSE:
        raise InvalidTokenError("the token is for something else")
    if not re.fullmatch(r"[1-9][0-9]{0,9}", claims["sub"]) or int(claims["sub"]) > 2**31 - 1:
        raise InvalidTokenError("sub is no user's id")
    return int(claims["sub"])


def _decoded(token: str, key: str) -> dict[str, Any]:
    """What the token says, if it is signed by this key and good. Raises jwt.InvalidTokenError."""
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        issuer=ISSUER,
        audience=AUDIENCE,
        options={"require": ["exp", "sub"]},
    )
