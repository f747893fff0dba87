"""posts.published, in a batch that keeps AUTOINCREMENT and how far it has counted."""

from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "published"
down_revision = "tables"
KEPT = {"sqlite_autoincrement": True}
COUNT = "SELECT name, seq FROM sqlite_sequence WHERE name = 'posts'"


@contextmanager
def altered_posts():
    """A batch's new table counts from the rows that are in it: it is told of the others."""
    sqlite = op.get_context().dialect.name == "sqlite"
    if sqlite:
        op.execute(f"CREATE TEMPORARY TABLE counted AS {COUNT}")
    with op.batch_alter_table("posts", table_kwargs=KEPT) as batch:
        yield batch
    if sqlite:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'posts'")
        op.execute("INSERT INTO sqlite_sequence SELECT name, seq FROM counted")
        op.execute("DROP TABLE counted")


def upgrade():
    with altered_posts() as batch:
        batch.add_column(
            sa.Column("published", sa.Boolean, nullable=False, server_default=sa.false())
        )
        batch.create_index("ix_posts_published_created_at", ["published", "created_at"])


def downgrade():
    with altered_posts() as batch:
        batch.drop_index("ix_posts_published_created_at")
        batch.drop_column("published")
