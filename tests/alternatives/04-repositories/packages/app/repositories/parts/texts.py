"""Posts."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, nulls_last, select
from sqlalchemy.orm import joinedload

from app.models import Post as Text
from app.repositories.parts.shared import Repository


class PostRepository(Repository[Text], entity=Text):
    sorting = (nulls_last(Text.created_at.desc()), Text.id.desc())

    def _rows(self, conditions: tuple[ColumnElement[bool], ...]) -> Select[Any]:
        return super()._rows(conditions).options(joinedload(Text.author, innerjoin=True))

    async def exists_by_title(self, title: str) -> bool:
        return bool(await self._session.scalar(select(exists().where(Text.title == title))))
