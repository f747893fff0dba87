"""The settings live in app.core; this is their address."""

from app.core import Settings, get_settings

__all__ = ["Settings", "get_settings"]
