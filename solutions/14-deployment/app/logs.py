"""What the service logs: one JSON object in a line, with the id of the request that it belongs to.

`logging.json` has the servers print through it, alembic.ini the migrations.
"""

import json
import logging
from datetime import UTC, datetime

from app.middleware.request_id import request_id


class JsonFormatter(logging.Formatter):
    """Shows the message, the exception, and nothing else that a record may carry along."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_level(level: str) -> None:
    """Follow LOG_LEVEL. Other libraries keep to warnings: below them they print what they have in
    their hands, such as a statement's values."""
    logging.getLogger("app").setLevel(level)
    logging.getLogger("uvicorn").setLevel(max(logging.INFO, logging.getLevelName(level)))
