"""Posts in the database."""

from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from app.models import Post
from app.repositories.base_repository import BaseRepository


class PostRepository(BaseRepository[Post]):
    """Posts, newest first, each with its author."""

    model = Post

    # TODO 04.3
