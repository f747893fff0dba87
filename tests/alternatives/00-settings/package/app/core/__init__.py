from .settings import Settings as Settings
from .settings import load as get_settings

__all__ = ["Settings", "get_settings"]
