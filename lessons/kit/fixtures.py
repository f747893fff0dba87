"""The kit's fixtures and hooks, as one pytest plugin."""

from kit.accounts import accounts
from kit.comments import comments
from kit.consuming import stream
from kit.conversation import conversation
from kit.deployed import deployed
from kit.environment import environment
from kit.events import changes, events
from kit.faults import pytest_checker_faults
from kit.inherited import inherited
from kit.notices import notices, strangers
from kit.offline import on_postgresql
from kit.openapi import document
from kit.pages import pages
from kit.posts_api import api, migrated
from kit.previews import previews
from kit.provoked import provoked
from kit.settings import settled
from kit.suites import services
from kit.upstream import inside, upstream

__all__ = [
    "accounts",
    "api",
    "changes",
    "comments",
    "conversation",
    "deployed",
    "document",
    "environment",
    "events",
    "inherited",
    "inside",
    "migrated",
    "notices",
    "on_postgresql",
    "pages",
    "previews",
    "provoked",
    "pytest_checker_faults",
    "services",
    "settled",
    "strangers",
    "stream",
    "upstream",
]
