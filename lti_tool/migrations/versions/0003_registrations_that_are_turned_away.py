"""A platform that turns the registration away: why, since when; scores that stopped for it wait for its end."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("platform", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refusal", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("interrupted_at", sa.DateTime(timezone=True), nullable=True))
    # What a platform is asked about again by itself from now on; before, only a person could.
    op.execute(
        "UPDATE score_delivery SET state = 'waiting', due_at = CURRENT_TIMESTAMP, first_due_at = CURRENT_TIMESTAMP, "
        "tries = 0 WHERE state = 'stopped' AND reason IN "
        "('client-refused', 'token-malformed', 'token-redirected', 'platform-inactive', 'scope-missing')"
    )


def downgrade() -> None:
    with op.batch_alter_table("platform", schema=None) as batch_op:
        batch_op.drop_column("interrupted_at")
        batch_op.drop_column("refused_since")
        batch_op.drop_column("refusal")
