"""Columns that the tool found or made itself may be made anew; scores that were refused are asked about again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("line_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ours", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Before, only a person could have these sent again.
    op.execute(
        "UPDATE score_delivery SET state = 'waiting', due_at = CURRENT_TIMESTAMP, first_due_at = CURRENT_TIMESTAMP, "
        "tries = 0 WHERE state = 'stopped' AND reason IN ('answer-malformed', 'answer-too-large', 'forbidden', "
        "'media-type-refused', 'no-column', 'not-found', 'not-offered', 'request-refused', 'scope-missing', "
        "'unauthorised')"
    )


def downgrade() -> None:
    with op.batch_alter_table("line_item", schema=None) as batch_op:
        batch_op.drop_column("ours")
