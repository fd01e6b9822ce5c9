"""The log of what could be oversold."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "exposure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("exposure", sa.Integer(), nullable=True),
        sa.Column("promised", sa.Integer(), nullable=True),
        sa.Column("available", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_exposure_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
    )
    op.create_index(op.f("ix_exposure_sku_id"), "exposure", ["sku_id"], unique=False)


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("exposure")
