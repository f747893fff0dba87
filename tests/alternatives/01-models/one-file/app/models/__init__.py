"""The tables."""

from .tables import *  # noqa: F403
