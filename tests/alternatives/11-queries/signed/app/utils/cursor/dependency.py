"""The cursor of a request."""

from typing import Annotated

from fastapi import Depends, HTTPException, Query

from app.dependencies import SettingsDep
from app.utils.cursor.place import Cursor
from app.utils.cursor.signature import read


async def get_cursor(
    settings: SettingsDep, cursor: Annotated[str | None, Query(max_length=500)] = None
) -> Cursor | None:
    """The cursor in the query, if there is one. Raises a 422 for what is none."""
    try:
        return None if cursor is None else read(cursor, settings.secret_key.get_secret_value())
    except ValueError as error:
        raise HTTPException(422, "This cursor is none that a page gave.") from error


CursorDep = Annotated[Cursor | None, Depends(get_cursor)]
