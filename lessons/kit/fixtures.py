"""The kit's fixtures and hooks, as one pytest plugin."""

from kit.environment import environment
from kit.faults import pytest_checker_faults
from kit.offline import on_postgresql
from kit.posts_api import api, migrated

__all__ = ["api", "environment", "migrated", "on_postgresql", "pytest_checker_faults"]
