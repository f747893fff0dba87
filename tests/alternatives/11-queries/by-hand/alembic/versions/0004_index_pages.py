"""Index the pages of posts; those of published ones are most of what is read.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None



def upgrade() -> None:
    op.create_index("ix_posts_newest", "posts", ["created_at", "id"])
    op.create_index(
        "ix_posts_newest_published",
        "posts",
        ["created_at", "id"],
        sqlite_where=sa.text("published = 1"),
        postgresql_where=sa.text("published"),
    )


def downgrade() -> None:
    op.drop_index("ix_posts_newest_published", table_name="posts")
    op.drop_index("ix_posts_newest", table_name="posts")
