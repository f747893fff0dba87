"""Put into a submission as counting.py: notes what the project is made to do, a line each."""

import asyncio
import hashlib
import os
import sys
from functools import wraps

from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

LONG = 0.05
"""What a probe sleeps once, in seconds; shorter ones look again whether something has ended."""


def counted():
    """Whether this process counts already: the project may be imported there more than once."""
    return hasattr(hashlib.scrypt, "__wrapped__")


def count_into(file):
    """Append a line to `file` for every request, statement, hash, run of migrations, and sleep of
    a probe."""

    def note(line):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(descriptor, " ".join(line.split()).encode() + b"\n")
        os.close(descriptor)

    @event.listens_for(Engine, "before_cursor_execute")
    def statement(connection, cursor, text, parameters, context, executemany):
        table = text.lstrip().startswith("CREATE")  # whose constraints come in any order
        note(f"statement {text.partition('(')[0] if table else text}")

    scrypt, called, migrated = hashlib.scrypt, Starlette.__call__, EnvironmentContext.run_migrations
    slept = asyncio.sleep

    @wraps(scrypt)
    def hashed(*args, **options):
        note("hash")
        return scrypt(*args, **options)

    async def asked(app, scope, receive, send):
        async def sent(message):
            if message["type"] == "http.response.start":
                query = scope["query_string"].decode()
                note(f"request {scope['method']} {scope['path']} {query} {message['status']}")
            await send(message)

        await called(app, scope, receive, sent)

    def migrate(*args, **options):
        note("migrations")
        migrated(*args, **options)

    def sleep(delay, *args):
        probe = sys._getframe(1).f_code.co_filename.endswith("probes.py")  # servers sleep, too
        if probe and delay >= LONG:
            note(f"sleep {delay}")
        return slept(delay, *args)

    asyncio.sleep = sleep
    hashlib.scrypt = hashed
    Starlette.__call__ = asked
    EnvironmentContext.run_migrations = migrate
