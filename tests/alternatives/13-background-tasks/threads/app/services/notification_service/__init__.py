"""Plain functions: FastAPI runs a task that is no coroutine in a thread."""

from app.services.notification_service.hooks import tell
from app.services.notification_service.mails import greet

__all__ = ["greet", "tell"]
