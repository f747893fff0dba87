"""Settings of the service, from the environment and from a local `.env`."""

from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, EmailStr, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "for-development-only-and-never-in-production"
LEAST_BYTES = 32  # of a key for HS256: RFC 7518, section 3.2


Unset = Annotated[str | None, BeforeValidator(lambda value: value or None)]
"""A setting that is off where it is empty, too."""


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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    cors_origins: list[str] = []
    access_token_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 30
    preview_concurrency: Annotated[int, Field(ge=1, le=100)] = 10
    """Most links that are fetched at once, by all requests together."""
    preview_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    """What fetching one link may take, from its turn to its title."""
    preview_bytes: Annotated[int, Field(ge=1, le=16 * 2**20)] = 256 * 1024
    """What is read of a page."""
    preview_allowed: list[str] = []
    """Addresses of the inside that may be fetched all the same: `10.0.0.7:8080`, `[::1]:80`."""
    kafka_bootstrap_servers: str = ""
    """Where Kafka is, such as `kafka:9092`. Without it, events wait in the outbox."""
    kafka_topic_prefix: str = ""
    """Stands before the name of each topic, where several services share a Kafka."""
    kafka_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    """How long one wait for Kafka may be: for a start, a stop, or the next look at the lease."""
    outbox_seconds: Annotated[float, Field(gt=0, le=60)] = 0.5
    """The pause between two looks at the outbox."""
    kafka_session_seconds: Annotated[float, Field(gt=0, le=300)] = 10.0
    """After so long without a sign of life, Kafka gives a consumer's partitions to others."""
    kafka_heartbeat_seconds: Annotated[float, Field(gt=0, le=100)] = 3.0
    """The pause between two signs of life: a third of the session, or less."""
    retry_seconds: Annotated[float, Field(gt=0, le=60)] = 0.5
    """The first pause before an event is tried again. Each pause is twice the one before."""
    handler_tries: Annotated[int, Field(ge=1, le=100)] = 5
    """How often an event may fail by itself, until it is put aside."""

    smtp_host: Unset = None
    """The mail server. Without one no mail is sent."""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_username: Unset = None
    smtp_password: SecretStr | None = None
    mail_from: EmailStr = "posts@example.com"
    moderation_url: Unset = None
    """Where new users and posts are announced. Without one nothing is."""
    moderation_secret: SecretStr = SecretStr("")
    """What announcements are signed with."""
    delivery_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    """How long each answer of a mail server or of the moderators' is waited for."""
    delivery_tries: Annotated[int, Field(ge=1, le=10)] = 3
    delivery_pause: Annotated[float, Field(ge=0, le=60)] = 1.0
    """Seconds before the second try. Each further pause is twice the one before."""

    @model_validator(mode="after")
    def _require_a_secret(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if len(secret.encode()) < LEAST_BYTES:
            raise ValueError(f"SECRET_KEY must have at least {LEAST_BYTES} bytes")
        if self.environment == "production" and secret == DEVELOPMENT_SECRET:
            raise ValueError("SECRET_KEY must be set in production")
        return self

    @model_validator(mode="after")
    def _require_a_secret_of_moderators(self) -> Self:
        secret = self.moderation_secret.get_secret_value()
        if self.moderation_url and len(secret.encode()) < LEAST_BYTES:
            raise ValueError(f"MODERATION_SECRET must have at least {LEAST_BYTES} bytes")
        return self


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
