import logging
from logging.config import dictConfig

from app.middleware.request_id import request_id


class WithRequestId(logging.Filter):
    def filter(self, record):
        record.request_id = request_id.get()
        return True


def set_level(level="INFO"):
    quiet = {"level": "WARNING"}
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"request_id": {"()": WithRequestId}},
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
                    "rename_fields": {"asctime": "timestamp", "levelname": "severity"},
                }
            },
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "filters": ["request_id"],
                    "formatter": "json",
                }
            },
            "root": {"level": level, "handlers": ["stderr"]},
            "loggers": {
                "aiosqlite": quiet,
                "asyncio": quiet,
                "httpx": quiet,
                "httpcore": quiet,
                "python_multipart": quiet,
                "sqlalchemy": quiet,
                **{
                    name: {"handlers": [], "propagate": True}
                    for name in ("gunicorn", "gunicorn.error", "gunicorn.access")
                },
                **{
                    name: {"handlers": [], "propagate": True}
                    for name in ("uvicorn", "uvicorn.error", "uvicorn.access")
                },
            },
        }
    )


set_level()
