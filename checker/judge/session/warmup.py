"""Exercises the judge's own libraries once, before workers are forked: first use is slow.

httpx imports most of itself with the first transport, SQLAlchemy with the first inspection.
"""

import asyncio
import contextlib
import os
import socket
import sqlite3
import tempfile
from pathlib import Path

from checker.curriculum import Lesson
from checker.judge.evidence import SqliteDatabase
from checker.judge.evidence.http import client, clients

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def exercise(lesson: Lesson) -> None:
    """Use what the lesson's checks will use. What fails here fails again, and is reported then."""
    with tempfile.TemporaryDirectory(prefix="posts-warmup-") as folder:
        if "uvicorn" in lesson.preload:
            with contextlib.suppress(Exception):
                _ask(Path(folder) / "http")
        if any(name.startswith("sqlalchemy") for name in lesson.preload):
            with contextlib.suppress(Exception):
                _inspect(Path(folder) / "warmup.db")


def _ask(address: Path) -> None:
    """A request of each kind, to a process that answers just these."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        listening.listen()
        pid = os.fork()
        if pid == 0:
            _answer(listening, times=2)
    try:
        with client(address, timeout=5.0) as one:
            one.post("/", json={}).json()

        async def ask() -> None:
            async with clients(address, timeout=5.0) as many:
                await many.get("/")

        asyncio.run(ask())
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def _answer(listening: socket.socket, times: int) -> None:
    """Never returns."""
    try:
        for _ in range(times):
            talk, _ = listening.accept()
            while not talk.recv(1 << 16).endswith((b"\r\n\r\n", b"{}")):
                pass
            talk.sendall(_ANSWER)
            talk.close()
    finally:
        os._exit(0)


def _inspect(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)")
    with SqliteDatabase(file).inspect() as inspector:
        for table in inspector.get_table_names():
            inspector.get_columns(table)
            inspector.get_indexes(table)
            inspector.get_foreign_keys(table)
