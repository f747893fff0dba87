"""The family, a file for each branch."""

from .base import DomainError
from .conflicts import AddressTaken, ConflictError, TitleTaken
from .missing import NotFoundError, PostNotFound, UserNotFound

__all__ = [
    "AddressTaken",
    "ConflictError",
    "DomainError",
    "NotFoundError",
    "PostNotFound",
    "TitleTaken",
    "UserNotFound",
]
