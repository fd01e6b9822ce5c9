"""Several warehouses: what those of a shop are called, and what each of them shows."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import JsonType

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The shops' bare ids go: each check tells them anew, with their names."""
    op.drop_column("shop", "locations")
    op.add_column("shop", sa.Column("warehouses", JsonType, nullable=False, server_default="[]"))
    op.add_column("listing_sku", sa.Column("places", JsonType, nullable=True))
    op.add_column("operation_sku", sa.Column("places", JsonType, nullable=True))
    key_operation_sku("operation_id", "listing_sku_id")


def downgrade() -> None:
    """Takes them away."""
    op.add_column("operation_sku", sa.Column("location", sa.String(), nullable=False, server_default=""))
    key_operation_sku("operation_id", "listing_sku_id", "location")
    op.drop_column("operation_sku", "places")
    op.drop_column("listing_sku", "places")
    op.drop_column("shop", "warehouses")
    op.add_column("shop", sa.Column("locations", JsonType, nullable=False, server_default="[]"))


def key_operation_sku(*columns: str) -> None:
    """One figure is one row, whatever number of warehouses it is told to."""
    with op.batch_alter_table("operation_sku") as sku:
        sku.drop_constraint("pk_operation_sku", type_="primary")
        sku.create_primary_key("pk_operation_sku", list(columns))
        if "location" not in columns:
            sku.drop_column("location")
