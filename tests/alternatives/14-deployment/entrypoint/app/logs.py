"""structlog, for its own and for everybody else's lines."""

import logging

import structlog

from app.middleware.request_id import request_id


def add_request_id(logger, method, event):
    if (current := request_id.get()) != "-":
        event["request"] = {"id": current}
    return event


SHARED = [
    add_request_id,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt=None, key="ts"),
]


def json_formatter(*_, **__):
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # By default locals are shown, and tokens with them.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ],
    )


def set_level(level):
    handler = logging.StreamHandler()
    handler.setFormatter(json_formatter())
    root = logging.getLogger()
    for known in list(root.handlers):
        if getattr(known, "of_posts", False):
            root.removeHandler(known)
    handler.of_posts = True
    root.addHandler(handler)
    root.setLevel(max(logging.INFO, getattr(logging, level)))
    logging.getLogger("app").setLevel(level)
    logging.getLogger("alembic").setLevel("WARNING")
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        theirs = logging.getLogger(name)
        theirs.handlers.clear()
        theirs.propagate = True
        theirs.setLevel(logging.NOTSET)


set_level("INFO")
