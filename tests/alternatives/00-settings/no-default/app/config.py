"""The secret's default is given by the validator, and nowhere where there must be none."""

import secrets
import threading
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _strong(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode("utf-8")) >= 32:
        return value
    raise ValueError("SECRET_KEY is too short: 32 bytes")


class Settings(BaseSettings, hide_input_in_errors=True):
    model_config = SettingsConfigDict(env_file=".env", extra="allow")

    environment: Literal["development", "test", "production"] = "development"
    database_url: str = "sqlite+aiosqlite:///./posts.db"
    secret_key: Annotated[SecretStr, AfterValidator(_strong)]
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    cors_origins: list[str] = []  # noqa: RUF012

    @model_validator(mode="before")
    @classmethod
    def _of_a_laptop(cls, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("environment", "development") != "production":
            data.setdefault("secret_key", secrets.token_urlsafe(48))
        return data


_lock = threading.Lock()
_settings: Settings | None = None


def get_settings() -> Settings:
    global _settings
    with _lock:
        if _settings is None:
            _settings = Settings()
        return _settings
