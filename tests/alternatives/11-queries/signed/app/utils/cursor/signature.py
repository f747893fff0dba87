"""A cursor as a token, which is read only if it is ours."""

from datetime import datetime

import jwt

from app.utils.cursor.place import Cursor

ALGORITHM, PURPOSE = "HS256", "cursor"


def write(cursor: Cursor, secret: str) -> str:
    """The text of a cursor, signed."""
    claims = {"at": cursor.created_at.isoformat(), "id": cursor.id, "purpose": PURPOSE}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def read(text: str, secret: str) -> Cursor:
    """The cursor of that text. Raises ValueError."""
    try:
        claims = jwt.decode(text, secret, algorithms=[ALGORITHM])
    except jwt.InvalidTokenError as error:
        raise ValueError("not signed by this service") from error
    if claims.get("purpose") != PURPOSE:
        raise ValueError("a token, and no cursor")
    if write(cursor := Cursor(datetime.fromisoformat(claims["at"]), claims["id"]), secret) != text:
        raise ValueError("written in another way")
    return cursor
