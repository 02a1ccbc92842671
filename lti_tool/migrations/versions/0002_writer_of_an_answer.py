"""Which window wrote an answer last: a save whose acknowledgement got lost is no conflict."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("writer", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("serial", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_column("serial")
        batch_op.drop_column("writer")
