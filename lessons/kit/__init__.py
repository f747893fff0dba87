"""What the checks of several lessons share: the posts service as its clients meet it, the
environment that its settings are read from, and the fixtures for both.
"""

from kit.environment import origins, usual
from kit.posts_api import POSTS, USERS, PostsApi
from kit.signing import bearer

__all__ = ["POSTS", "USERS", "PostsApi", "bearer", "origins", "usual"]
