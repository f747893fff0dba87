"""Repositories, each in a module of its own below."""

from app.repositories.parts.people import UserRepository
from app.repositories.parts.shared import Repository as BaseRepository
from app.repositories.parts.texts import PostRepository

__all__ = ["BaseRepository", "PostRepository", "UserRepository"]
