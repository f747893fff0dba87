"""when a text was changed"""

import sqlalchemy as sa
from alembic import op

revision = "c3d05b6e72f8"
down_revision = "0be47aa1530c"


def upgrade():
    op.add_column("posts", sa.Column("updated_at", sa.DateTime(timezone=True)))


def downgrade():
    op.drop_column("posts", "updated_at")
