"""What runs inside the process that serves the learner's application."""

from datetime import date

sent = []
rival = {"ids": [], "done": False}


def watch():
    """From the start on, note every statement, by whichever engine it is sent."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany):
        sent.append(
            {
                "sql": statement,
                "values": [] if executemany else [_plain(each) for each in _values(parameters)],
            }
        )


def turn_round():
    """What comes in no order comes backwards, and so cannot be right by luck (SQLite)."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "connect")
    def reverse(connection, record):
        if "sqlite" in type(connection).__module__:
            cursor = connection.cursor()
            cursor.execute("PRAGMA reverse_unordered_selects = ON")
            cursor.close()


def forget(app):
    """Begin to note anew."""
    sent.clear()
    return True


def statements(app):
    """Those noted, but for what only speaks of transactions and settings."""
    words = ("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "SHOW")
    return [each for each in sent if not each["sql"].lstrip().upper().startswith(words)]


def let_another_publish(app, ids):
    """Another request publishes these posts, right before the next UPDATE of posts."""
    from sqlalchemy import event
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.engine import Engine

    rival["ids"] = ids

    @event.listens_for(Engine, "before_execute")
    def look(connection, clause, multiparams, params, options):
        reads = getattr(clause, "is_select", False)
        if reads and "FOR UPDATE" in str(clause.compile(dialect=postgresql.dialect())):
            rival["ids"] = []  # it would have to wait

    @event.listens_for(Engine, "before_cursor_execute")
    def come_between(connection, cursor, statement, parameters, context, executemany):
        first = statement.lstrip().upper()
        if rival["ids"] and first.startswith(("UPDATE", "WITH")) and "posts" in statement:
            chosen, rival["ids"] = rival["ids"], []
            rival["done"] = _publish(connection.engine.url, chosen)

    return True


def has_published(app):
    """Whether the other one came between."""
    return rival["done"]


def _publish(url, ids):
    """Publish by a connection of its own, if nobody has locked what it needs."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.pool import NullPool

    lite = url.get_backend_name() == "sqlite"
    wait = {"timeout": 0} if lite else {"options": "-c lock_timeout=100ms"}
    url = url.set(drivername="sqlite" if lite else "postgresql+psycopg")
    numbers = ", ".join(str(int(each)) for each in ids)
    query = text(f"UPDATE posts SET published = true WHERE id IN ({numbers})")
    try:
        with create_engine(url, poolclass=NullPool, connect_args=wait).begin() as connection:
            connection.execute(query)
    except OperationalError:
        return False
    return True


def _values(parameters):
    return parameters.values() if isinstance(parameters, dict) else parameters


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str | None) else str(value)
