"""Put into a submission as app/counting.py: notes what the project is made to do, a line each."""

import hashlib
import os
from functools import wraps

from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.applications import Starlette


def count_into(file):
    """Append a line to `file` for every request, statement, hash and run of migrations."""

    def note(line):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(descriptor, " ".join(line.split()).encode() + b"\n")
        os.close(descriptor)

    @event.listens_for(Engine, "before_cursor_execute")
    def statement(connection, cursor, text, parameters, context, executemany):
        table = text.lstrip().startswith("CREATE")  # whose constraints come in any order
        note(f"statement {text.partition('(')[0] if table else text}")

    scrypt, called, migrated = hashlib.scrypt, Starlette.__call__, EnvironmentContext.run_migrations

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

    hashlib.scrypt = hashed
    Starlette.__call__ = asked
    EnvironmentContext.run_migrations = migrate
