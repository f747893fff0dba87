"""Settings of the service, from the environment and from a local `.env`."""

from functools import lru_cache
from typing import Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "for-development-only-and-never-in-production"
LEAST_BYTES = 32  # of a key for HS256: RFC 7518, section 3.2


class Settings(BaseSettings):
    """What differs between a laptop, the tests and production.

    Values come from environment variables of the same name in capitals, then from `.env`, then
    from the defaults below. A short `SECRET_KEY` raises a ValidationError, and so does a missing
    one in production: the service does not start.
    """

    # TODO 00.1


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    raise NotImplementedError("TODO 00.4")
