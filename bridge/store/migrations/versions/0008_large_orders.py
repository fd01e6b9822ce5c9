"""Money of orders: two thousand million rupiah are no limit of an order."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import Rupiah

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
COLUMNS = (("order", "total_idr"), ("order_line", "price_idr"))


def upgrade() -> None:
    """SQLite's columns hold large numbers as they are."""
    if op.get_bind().dialect.name != "sqlite":
        for table, column in COLUMNS:
            op.alter_column(table, column, type_=Rupiah, existing_type=sa.Integer(), existing_nullable=True)


def downgrade() -> None:
    """Fails where a larger number is kept by now."""
    if op.get_bind().dialect.name != "sqlite":
        for table, column in COLUMNS:
            op.alter_column(table, column, type_=sa.Integer(), existing_type=Rupiah, existing_nullable=True)
