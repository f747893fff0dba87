"""Handing something to a server of others, a few times if need be."""

import asyncio
from collections.abc import Awaitable, Callable

from app.config import Settings


class NotDeliveredError(Exception):
    """It was not taken. The reason is for the log: no address, no name, no words of others."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again
        """Whether it may be taken later."""


async def deliver(attempt: Callable[[], Awaitable[None]], settings: Settings) -> None:
    """Attempt it until it succeeds, as often as the settings allow and as there is hope.

    Raises NotDeliveredError. Each pause is twice the one before.
    """
    for number in range(settings.delivery_tries - 1):
        try:
            await attempt()
        except NotDeliveredError as error:
            if not error.again:
                raise
        else:
            return
        await asyncio.sleep(settings.delivery_pause * 2**number)
    await attempt()
