"""What runs inside the process that serves the learner's application."""

from datetime import date

sent = []


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


def forget(app):
    """Begin to note anew."""
    sent.clear()
    return True


def statements(app):
    """Those noted, but for what only speaks of transactions and settings."""
    words = ("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "SHOW")
    return [each for each in sent if not each["sql"].lstrip().upper().startswith(words)]


def _values(parameters):
    return parameters.values() if isinstance(parameters, dict) else parameters


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str | None) else str(value)
