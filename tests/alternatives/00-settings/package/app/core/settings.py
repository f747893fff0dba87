"""Enums for what is one of several, a field validator for what depends on another."""

from enum import StrEnum, auto
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
LAPTOP = "x" * 32


class Environment(StrEnum):
    development = auto()
    test = auto()
    production = auto()


class Level(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


class Base(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=(ROOT / ".env",), extra="ignore", hide_input_in_errors=True, frozen=True
    )


class Settings(Base):
    """Configuration of the service."""

    environment: Environment = Environment.development
    database_url: str = "sqlite+aiosqlite:///./posts.db"
    log_level: Level = Level.INFO
    cors_origins: tuple[str, ...] = Field(default_factory=tuple)
    secret_key: SecretStr = Field(SecretStr(LAPTOP), min_length=32, validate_default=True)

    @field_validator("secret_key")
    @classmethod
    def _own_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("environment") == Environment.production:
            assert value.get_secret_value() != LAPTOP, "set SECRET_KEY in production"
        return value


@cache
def load() -> Settings:
    return Settings()
