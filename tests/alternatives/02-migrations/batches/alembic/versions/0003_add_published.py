"""posts.published, in a batch that keeps AUTOINCREMENT."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
KEPT = {"sqlite_autoincrement": True}


def upgrade():
    with op.batch_alter_table("posts", recreate="always", table_kwargs=KEPT) as batch:
        batch.add_column(sa.Column("published", sa.Boolean, nullable=False, server_default="0"))


def downgrade():
    with op.batch_alter_table("posts", table_kwargs=KEPT) as batch:
        batch.drop_column("published")
