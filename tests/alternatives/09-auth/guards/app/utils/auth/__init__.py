"""Tokens, made and read by one object for each settings."""

from app.config import Settings
from app.utils.auth.errors import InvalidTokenError
from app.utils.auth.issuer import Issuer


def create_access_token(user_id: int, settings: Settings) -> str:
    return Issuer(settings).token(user_id)


def read_access_token(token: str, settings: Settings) -> int:
    return Issuer(settings).user_of(token)


__all__ = ["InvalidTokenError", "Issuer", "create_access_token", "read_access_token"]
