"""Add comments.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MILLISECONDS = "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))"


def upgrade() -> None:
    now = MILLISECONDS if op.get_context().dialect.name == "sqlite" else "now()"
    op.create_table(
        "post_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=2000), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text(now), nullable=False
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["posts.id"],
            name=op.f("fk_post_comments_post_id_posts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_post_comments_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_comments")),
        sa.CheckConstraint("length(content) > 0", name=op.f("ck_post_comments_not_empty")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_post_comments_post_id_id"), "post_comments", ["post_id", "id"])
    op.create_index(op.f("ix_post_comments_user_id"), "post_comments", ["user_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_post_comments_user_id"), table_name="post_comments")
    op.drop_index(op.f("ix_post_comments_post_id_id"), table_name="post_comments")
    op.drop_table("post_comments")
