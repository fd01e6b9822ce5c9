"""What readings showed that nobody expected, and what a person decided to keep."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import JsonType, Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Adds the table, and what listings and facets remember of readings."""
    op.create_table(
        "drift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=True),
        sa.Column("listing_sku_id", sa.Integer(), nullable=True),
        sa.Column("remote_item_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ours", JsonType, nullable=False),
        sa.Column("theirs", JsonType, nullable=False),
        sa.Column("red", sa.Boolean(), nullable=False),
        sa.Column("found_at", Utc(), nullable=False),
        sa.Column("decided", sa.String(), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name="fk_drift_shop_id_shop"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_drift_listing_id_listing"),
        sa.ForeignKeyConstraint(["listing_sku_id"], ["listing_sku.id"], name="fk_drift_listing_sku_id_listing_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_drift"),
    )
    op.create_index("ix_drift_listing_id", "drift", ["listing_id"])
    op.create_index("ix_drift_listing_sku_id", "drift", ["listing_sku_id"])
    op.create_index("uq_drift_open", "drift", ["subject"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_drift_open", "drift", ["shop_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.add_column("listing", sa.Column("audited_at", Utc(), nullable=True))
    op.create_index("ix_listing_audited", "listing", ["shop_id", "audited_at"])
    op.add_column("facet", sa.Column("seen", JsonType, nullable=True))
    op.add_column("facet", sa.Column("seen_at", Utc(), nullable=True))
    op.add_column("facet", sa.Column("held", JsonType, nullable=True))


def downgrade() -> None:
    """Takes them away."""
    for name in ("held", "seen_at", "seen"):
        op.drop_column("facet", name)
    op.drop_index("ix_listing_audited", "listing")
    op.drop_column("listing", "audited_at")
    op.drop_table("drift")
