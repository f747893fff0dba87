"""Two requests for one link, inside one application: the first is cancelled."""

import asyncio
import json


async def leave(first, second, at, opener):
    """Ask for previews twice, cancel the first request while both wait, and have the page answered:
    the items of the second, how it ended, and which tasks are left."""
    from app.main import create_app

    app, sent = create_app(), ([], [])
    async with app.router.lifespan_context(app) as state:
        before = asyncio.all_tasks()
        requests = []
        for path, messages, waiting in ((first, sent[0], 1), (second, sent[1], 2)):
            call = app(_scope(state, path), _receive, _collecting(messages))
            requests.append(asyncio.create_task(call))
            for _ in range(250):
                if await _asked(at, "/now") >= waiting:
                    break
                await asyncio.sleep(0.02)
        requests[0].cancel()
        await asyncio.wait({requests[0]}, timeout=3)
        await _asked(at, opener)
        await asyncio.wait({requests[1]}, timeout=10)
        ended = requests[1]
        error = None
        if not ended.done():
            ended.cancel()
            error = "it went on for ten seconds"
        elif ended.cancelled():
            error = "CancelledError"
        elif ended.exception():
            error = f"{type(ended.exception()).__name__}: {ended.exception()}"[:200]
        body = b"".join(message.get("body", b"") for message in sent[1])
        for _ in range(50):
            left = [task for task in asyncio.all_tasks() - before if not task.done()]
            if not left:
                break
            await asyncio.sleep(0.01)
        return {
            "error": error,
            "items": json.loads(body).get("items") if body and not error else None,
            "left": len(left),
        }


async def _asked(at, path):
    """The number that the server at that address answers with there."""
    host, _, port = at.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    text = (await reader.read()).decode()
    writer.close()
    return int(text.rpartition("\n")[2])


def _collecting(sent):
    async def send(message):
        sent.append(message)

    return send


async def _receive():
    await asyncio.Event().wait()


def _scope(state, path):
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
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
