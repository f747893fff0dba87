"""Runs in the subject's process."""

import asyncio
from contextlib import suppress

import httpx


async def asked_in_turn(path, number):
    """Ask so often, each time one turn of the event loop after the last, with no answer awaited in
    between: the statuses of the answers, and how many requests have none."""
    from app.main import create_app

    app = create_app()
    lifespan = app.router.lifespan_context(app)
    state = await lifespan.__aenter__()

    async def served(scope, receive, send):
        await app({**scope, "state": dict(state or {})}, receive, send)

    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://workshop") as client:
        asked = []
        for _ in range(number):
            asked.append(asyncio.create_task(client.get(path)))
            await asyncio.sleep(0)
        done, late = await asyncio.wait(asked, timeout=30)
        for each in late:
            each.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    with suppress(Exception):  # how it ends is not what was asked
        await asyncio.wait_for(lifespan.__aexit__(None, None, None), 5)
    answers = [each.result().status_code for each in done if each.exception() is None]
    return {"statuses": sorted(set(answers)), "without": number - len(answers)}
