import sqlalchemy as sa
from sqlalchemy.orm import mapped_column as mc

from app.columns import text

from . import base

Text = sa.String


class _Account(base.Base):
    name = mc(Text(20))

    def save(self):
        """The account's own."""


if True:

    class Post(base.Base):
        title = text()


LIMIT = 100
Tag = type("Tag", (base.Base,), {"__module__": __name__})
