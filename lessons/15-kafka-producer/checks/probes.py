"""What runs beside the learner's application, and inside the process that serves it."""

import asyncio
import json
import os
import time


def envelopes(kinds, data):
    """An envelope for each type, one after the other: as JSON, and as JSON once it has been read
    again, on a machine in India. Where all have one time, the last is made a second later."""
    os.environ["TZ"] = "Asia/Kolkata"
    time.tzset()
    from app.schemas.events import EventEnvelope

    made = [EventEnvelope(type=kind, data=data) for kind in kinds]
    if len({str(each.occurred_at) for each in made}) == 1:
        time.sleep(1.1)
        made[-1] = EventEnvelope(type=kinds[-1], data=data)
    written = [each.model_dump_json() for each in made]
    read = [EventEnvelope.model_validate_json(each).model_dump_json() for each in written]
    return [[json.loads(each) for each in pair] for pair in zip(written, read, strict=True)]


def read(values):
    """What EventEnvelope makes of each value, or why it refuses it."""
    from pydantic import ValidationError

    from app.schemas.events import EventEnvelope

    found = []
    for value in values:
        try:
            found.append(json.loads(EventEnvelope.model_validate_json(value).model_dump_json()))
        except ValidationError as error:
            [first, *_] = error.errors()
            where = ".".join(map(str, first["loc"])) or "the envelope"
            found.append(f"{where}: {first['msg']}")
    return found


async def ended():
    """Start the application and end it again: names of the tasks that are left, and do not end."""
    from app.main import create_app

    app = create_app()
    before = asyncio.all_tasks()
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0.5)
    left = set()
    for _ in range(100):
        left = {each for each in asyncio.all_tasks() - before if not each.done()}
        if not left:
            break
        await asyncio.sleep(0.01)
    return sorted(getattr(each.get_coro(), "__qualname__", "a task") for each in left)


def delay(beginnings, seconds):
    """Let statements that begin so take a while to arrive, as they may over a network: of two
    requests at once, both have read what is there before one has changed it."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.util.concurrency import await_only, in_greenlet

    @event.listens_for(Engine, "before_cursor_execute")
    def arrive(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(tuple(beginnings)) and in_greenlet():
            await_only(asyncio.sleep(seconds))
