"""Models."""

from .base import Base as Base
from .post import Post as Post
from .user import User as User
