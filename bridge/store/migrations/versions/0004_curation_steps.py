"""Every decision of an office about a product, with who made it and when."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "curation_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", Utc(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_curation_step_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curation_step")),
    )
    op.create_index(op.f("ix_curation_step_product_id"), "curation_step", ["product_id"], unique=False)


def downgrade() -> None:
    """Takes it away."""
    op.drop_index(op.f("ix_curation_step_product_id"), table_name="curation_step")
    op.drop_table("curation_step")
