"""Half a file."""

from app.models.base import Base


class Post(Base:
    __tablename__ = "posts"
