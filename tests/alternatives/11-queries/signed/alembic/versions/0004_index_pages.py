"""Index the pages of posts as they are sorted.

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

FALLING = [sa.text("created_at DESC"), sa.text("id DESC")]


def upgrade() -> None:
    op.drop_index("ix_posts_published_created_at", table_name="posts")
    op.create_index("ix_posts_newest", "posts", FALLING)
    op.create_index("ix_posts_newest_of", "posts", ["published", *FALLING])


def downgrade() -> None:
    op.drop_index("ix_posts_newest_of", table_name="posts")
    op.drop_index("ix_posts_newest", table_name="posts")
    op.create_index("ix_posts_published_created_at", "posts", ["published", "created_at"])
