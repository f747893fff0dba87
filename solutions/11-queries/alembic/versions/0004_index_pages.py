"""Index the pages of posts, in the order in which they are read.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(op.f("ix_posts_created_at_id"), "posts", ["created_at", "id"])
    op.create_index(
        op.f("ix_posts_published_created_at_id"), "posts", ["published", "created_at", "id"]
    )
    op.drop_index(op.f("ix_posts_published_created_at"), table_name="posts")


def downgrade() -> None:
    op.create_index(op.f("ix_posts_published_created_at"), "posts", ["published", "created_at"])
    op.drop_index(op.f("ix_posts_published_created_at_id"), table_name="posts")
    op.drop_index(op.f("ix_posts_created_at_id"), table_name="posts")
