"""Cursors that only this service can make."""

from app.utils.cursor.place import Cursor, CursorPage
from app.utils.cursor.signature import read, write

__all__ = ["Cursor", "CursorPage", "read", "write"]
