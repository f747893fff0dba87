"""What cannot be beside what is there."""

from .base import DomainError


class ConflictError(DomainError):
    code = "conflict"


class TitleTaken(ConflictError):
    """Another post has this title."""

    code = "title_taken"


class AddressTaken(ConflictError):
    """Another user has this address."""
