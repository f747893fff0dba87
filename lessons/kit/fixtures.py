"""The kit's fixtures, as one pytest plugin."""

from kit.environment import environment
from kit.posts_api import api, migrated

__all__ = ["api", "environment", "migrated"]
