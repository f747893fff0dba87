"""Settings of the service, from the environment and from a local `.env`."""

from functools import lru_cache
from typing import Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only"


class Settings(BaseSettings):
    """What differs between a laptop, the tests and production.

    Values come from environment variables of the same name in capitals, then from `.env`, then
    from the defaults below. In production a missing or short `SECRET_KEY` raises a
    ValidationError, so that the service does not start.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    environment: Literal["development", "test", "production"] = "development"
    database_url: str = "sqlite+aiosqlite:///./posts.db"
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    cors_origins: list[str] = []

    @model_validator(mode="after")
    def _require_a_secret_in_production(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if self.environment == "production" and len(secret) < 32:
            raise ValueError("SECRET_KEY must be set to at least 32 characters in production")
        return self


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
