"""The id of a course is unique within its deployment alone: two deployments may use the same."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD, NEW = "uq_context_platform_id_context_id", "uq_context_platform_id_deployment_context_id"


def upgrade() -> None:
    with op.batch_alter_table("context", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deployment", sa.String(length=255), nullable=False, server_default=""))
        batch_op.drop_constraint(OLD, type_="unique")
        batch_op.create_unique_constraint(NEW, ["platform_id", "deployment", "context_id"])
    # Where a platform has several, the next launch of a course says which one it belongs to.
    op.execute(
        "UPDATE context SET deployment = (SELECT d.deployment_id FROM deployment d "
        "WHERE d.platform_id = context.platform_id) WHERE (SELECT count(*) FROM deployment d "
        "WHERE d.platform_id = context.platform_id) = 1"
    )


def downgrade() -> None:
    """Fails, and changes nothing, where two deployments have a course of the same id: nobody may see both."""
    with op.batch_alter_table("context", schema=None) as batch_op:
        batch_op.drop_constraint(NEW, type_="unique")
        batch_op.drop_column("deployment")
        batch_op.create_unique_constraint(OLD, ["platform_id", "context_id"])
