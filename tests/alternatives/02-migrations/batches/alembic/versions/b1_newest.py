"""The index of the first page, by hand."""

from alembic import op

revision = "b1"
down_revision = "0003"


def upgrade():
    op.execute("CREATE INDEX ix_posts_published_created_at ON posts (published, created_at)")


def downgrade():
    op.execute("DROP INDEX ix_posts_published_created_at")
