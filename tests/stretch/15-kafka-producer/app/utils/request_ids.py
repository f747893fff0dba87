"""The id of the request that is being answered, for every layer."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
