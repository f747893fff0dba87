"""texts"""

import sqlalchemy as sa
from alembic import op

revision = "0be47aa1530c"
down_revision = "8f1c2d9ab047"


def now() -> sa.TextClause:
    if op.get_context().dialect.name == "sqlite":
        return sa.text("(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')")
    return sa.text("CURRENT_TIMESTAMP")


def upgrade():
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("title", name="uq_posts_title"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], ondelete="CASCADE", name="fk_posts_user_id_users"
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("posts") as posts:
        posts.create_index("ix_posts_user_id", ["user_id"])


def downgrade():
    op.drop_table("posts")
