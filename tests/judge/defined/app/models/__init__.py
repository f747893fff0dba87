from .parts import *  # noqa: F403 - followed by its readers
from .parts.base import Base as Base
