"""Settings of the service, from the environment and from a local `.env`."""

from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "for-development-only-and-never-in-production"
LEAST_BYTES = 32  # of a key for HS256: RFC 7518, section 3.2


class Settings(BaseSettings):
    """What differs between a laptop, the tests and production.

    Values come from environment variables of the same name in capitals, then from `.env`, then
    from the defaults below. A short `SECRET_KEY` raises a ValidationError, and so does a missing
    one in production: the service does not start.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    environment: Literal["development", "test", "production"] = "development"
    database_url: str = "sqlite+aiosqlite:///./posts.db"
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    secret_key_previous: SecretStr | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    cors_origins: list[str] = []
    access_token_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 30

    @model_validator(mode="after")
    def _require_a_secret(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if len(secret.encode()) < LEAST_BYTES:
            raise ValueError(f"SECRET_KEY must have at least {LEAST_BYTES} bytes")
        previous = self.secret_key_previous
        if previous and len(previous.get_secret_value().encode()) < LEAST_BYTES:
            raise ValueError(f"SECRET_KEY_PREVIOUS must have at least {LEAST_BYTES} bytes")
        if self.environment == "production" and secret == DEVELOPMENT_SECRET:
            raise ValueError("SECRET_KEY must be set in production")
        return self


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
