"""A view without an end in the place of the table that is looked at.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE users RENAME TO hostile")
    op.execute(
        "CREATE VIEW users AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) AS id, 'a' AS email, 'a' AS name, 'a' AS hashed_password,"
        " '2031-01-01' AS created_at FROM n"
    )


def downgrade() -> None:
    op.execute("DROP VIEW users")
    op.execute("ALTER TABLE hostile RENAME TO users")
