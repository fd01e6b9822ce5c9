"""An order remembers that its buyer's data was erased, so that the next pull does not bring it back."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the moment."""
    with op.batch_alter_table("order") as table:
        table.add_column(sa.Column("erased_at", Utc(), nullable=True))


def downgrade() -> None:
    """Takes it away."""
    with op.batch_alter_table("order") as table:
        table.drop_column("erased_at")
