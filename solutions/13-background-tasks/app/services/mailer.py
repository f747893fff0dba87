"""Hands mail to the mail server that the settings name."""

import logging
from email.message import EmailMessage
from functools import partial

import aiosmtplib

from app.config import Settings
from app.services.delivery import NotDeliveredError, deliver

logger = logging.getLogger(__name__)


class Mailer:
    """Without a mail server in the settings it is off, which the log says once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.sender = settings.mail_from
        self.enabled = settings.smtp_host is not None
        if not self.enabled:
            logger.warning("SMTP_HOST is not set: no mail is sent.")

    async def send(self, message: EmailMessage, address: str) -> None:
        """Send a mail to that address alone. Raises NotDeliveredError."""
        await deliver(partial(self._attempt, message, address), self._settings)

    async def _attempt(self, message: EmailMessage, address: str) -> None:
        settings, password = self._settings, self._settings.smtp_password
        try:
            await aiosmtplib.send(
                message,
                sender=self.sender,
                recipients=[address],
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                use_tls=settings.smtp_security == "tls",
                start_tls=settings.smtp_security == "starttls",
                username=settings.smtp_username,
                password=password.get_secret_value() if password else None,
                timeout=settings.delivery_seconds,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _not_delivered(error) from None  # its text has the address


def _not_delivered(error: Exception) -> NotDeliveredError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        [error] = error.recipients
    if isinstance(error, aiosmtplib.SMTPResponseException):
        name = type(error).__name__
        return NotDeliveredError(f"{name} {error.code}", again=400 <= error.code < 500)
    return NotDeliveredError(type(error).__name__, again=isinstance(error, OSError))
