"""published"""

import sqlalchemy as sa
from alembic import op

revision = "5a9e61d4b3f0"
down_revision = "c3d05b6e72f8"


def upgrade():
    op.add_column(
        "posts",
        sa.Column(
            "published", sa.Boolean, nullable=False, server_default=sa.sql.expression.false()
        ),
    )
    op.create_index("ix_posts_published_created_at", "posts", ["published", "created_at"])


def downgrade():
    op.drop_index("ix_posts_published_created_at", "posts")
    op.drop_column("posts", "published")
