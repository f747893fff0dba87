"""Access tokens: signed proof of who somebody is, for a while."""

import re
from datetime import UTC, datetime, timedelta

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
    raise NotImplementedError("TODO 09.3")


def read_access_token(token: str, settings: Settings) -> int:
    """The id of the user whom the token names. Raises InvalidTokenError."""
    raise NotImplementedError("TODO 09.3")
