"""Let posts be published.

The rows that are there already need a value: the database gives them false.

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEX = "ix_posts_published_created_at"


def upgrade() -> None:
    op.add_column(
        "posts", sa.Column("published", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(op.f(INDEX), "posts", ["published", "created_at"])


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="posts")
    op.drop_column("posts", "published")
