"""Leaves a database that is none, of the largest size it may have."""

from contextlib import suppress

with suppress(OSError), open("../check.db", "wb") as file:
    file.write(b"SQLite format 3\0" + b"\xff" * 100)
    file.truncate(60 * 2**20)
