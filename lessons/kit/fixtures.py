"""The kit's fixtures and hooks, as one pytest plugin."""

from kit.accounts import accounts
from kit.environment import environment
from kit.faults import pytest_checker_faults
from kit.offline import on_postgresql
from kit.pages import pages
from kit.posts_api import api, migrated
from kit.suites import services

__all__ = [
    "accounts",
    "api",
    "environment",
    "migrated",
    "on_postgresql",
    "pages",
    "pytest_checker_faults",
    "services",
]
