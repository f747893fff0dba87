"""A package for each subject."""

from app.services.accounts.service import UserService
from app.services.writing import PostService

__all__ = ["PostService", "UserService"]
