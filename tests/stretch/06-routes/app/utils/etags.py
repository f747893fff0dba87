"""Names for versions of what is sent (RFC 9110, section 8.8.3)."""

import hashlib

from pydantic import BaseModel


def etag(content: BaseModel) -> str:
    """A tag that changes with anything in the content."""
    return f'"{hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether the client has this version already, as its header says."""
    given = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return tag in given or given == ["*"]
