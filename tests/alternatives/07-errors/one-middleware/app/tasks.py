import asyncio
from contextlib import suppress


async def end(task: "asyncio.Task[None]") -> None:
    """Whoever cancels a task may take its CancelledError: it is no order to oneself."""
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass


async def end_all(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    try:
        await asyncio.gather(*tasks)
    except (asyncio.CancelledError, OSError):
        pass
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
