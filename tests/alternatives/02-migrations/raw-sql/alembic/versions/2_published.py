"""posts.published, in a batch that keeps AUTOINCREMENT."""

import sqlalchemy as sa
from alembic import op

revision = "published"
down_revision = "tables"
KEPT = {"sqlite_autoincrement": True}


def upgrade():
    with op.batch_alter_table("posts", table_kwargs=KEPT) as batch:
        batch.add_column(
            sa.Column("published", sa.Boolean, nullable=False, server_default=sa.false())
        )
        batch.create_index("ix_posts_published_created_at", ["published", "created_at"])


def downgrade():
    with op.batch_alter_table("posts", table_kwargs=KEPT) as batch:
        batch.drop_index("ix_posts_published_created_at")
        batch.drop_column("published")
