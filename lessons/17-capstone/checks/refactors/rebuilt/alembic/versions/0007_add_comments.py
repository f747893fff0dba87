"""Add remarks.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcNow

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remarks",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("on_post", sa.Integer, nullable=False),
        sa.Column("by_user", sa.Integer, nullable=False),
        sa.Column(
            "written_at", sa.DateTime(timezone=True), server_default=UtcNow(), nullable=False
        ),
        sa.Column("edited_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["on_post"], ["posts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_user"], ["users.id"], ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_remarks_of_post", "remarks", ["on_post", "number"])
    op.create_index("ix_remarks_by_user", "remarks", ["by_user"])


def downgrade() -> None:
    op.drop_table("remarks")
