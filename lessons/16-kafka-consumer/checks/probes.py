"""What runs inside a process that has imported the learner's project."""

import asyncio
import sqlite3


def registered():
    """The types that have a handler, and whether each is a coroutine function."""
    import inspect

    from app.kafka.consumers_registry import HANDLERS

    return {str(kind): inspect.iscoroutinefunction(handler) for kind, handler in HANDLERS.items()}


def handle(values, commit, file=None, user=None):
    """Handle events in one session, and commit or roll back: whether that went well. Where a `file`
    is given, somebody else adds 10 to what the handler reads, after it has read it; where a `user`
    is given, to that user, who may have no row yet, and the database may refuse the handler."""
    from sqlalchemy import event
    from sqlalchemy.exc import SQLAlchemyError

    from app.config import get_settings
    from app.database import create_engine, create_session_factory
    from app.kafka.consumers_registry import HANDLERS
    from app.schemas.events import EventEnvelope

    async def run():
        engine = create_engine(get_settings())
        if file:
            event.listen(engine.sync_engine, "after_cursor_execute", meddle)
        try:
            async with create_session_factory(engine)() as session:
                for value in values:
                    envelope = EventEnvelope.model_validate(value)
                    await HANDLERS[envelope.type](session, envelope)
                await (session.commit() if commit else session.rollback())
        finally:
            await engine.dispose()

    def meddle(connection, cursor, statement, parameters, context, executemany):
        if not statement.lstrip().upper().startswith("SELECT") or "post_stats" not in statement:
            return
        try:
            with sqlite3.connect(file, timeout=0.1) as other:
                if user:
                    other.execute(
                        "INSERT INTO post_stats (user_id, created, updated, deleted)"
                        " SELECT ?, 0, 0, 0 WHERE ? NOT IN (SELECT user_id FROM post_stats)",
                        (user, user),
                    )
                other.execute("UPDATE post_stats SET created = created + 10")
        except (sqlite3.OperationalError, sqlite3.IntegrityError):
            pass  # it holds a lock: then nobody can come in between; or such a row is not enough

    try:
        asyncio.run(run())
    except SQLAlchemyError:
        if user is None:
            raise
        return False
    return True
