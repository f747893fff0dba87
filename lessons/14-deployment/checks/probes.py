"""Runs in the subject's process."""

import asyncio


async def asked_in_turn(path, number):
    """Ask so often, each time one turn of the event loop after the last, with no answer awaited in
    between: the statuses of the answers, and how many requests have none."""
    from app.main import create_app

    app, asked = create_app(), []
    async with app.router.lifespan_context(app) as state:
        for _ in range(number):
            sent = []
            request = app(_scope(state, path), _receive, _collecting(sent))
            asked.append((asyncio.create_task(request), sent))
            await asyncio.sleep(0)
        await asyncio.wait([task for task, _ in asked], timeout=30)
        for task, _ in asked:
            task.cancel()
        await asyncio.gather(*(task for task, _ in asked), return_exceptions=True)
    answers = [sent[0].get("status") for _, sent in asked if sent]
    return {"statuses": sorted(set(answers)), "without": number - len(answers)}


def _collecting(sent):
    async def send(message):
        sent.append(message)

    return send


async def _receive():
    await asyncio.Event().wait()


def _scope(state, path):
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"workshop")],
        "client": ("127.0.0.1", 1),
        "server": ("workshop", 80),
        "state": dict(state or {}),
    }
