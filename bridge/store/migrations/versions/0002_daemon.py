"""What the daemon needs: its jobs, the alerts that were told, and two small indexes for what waits for it."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import JsonType, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds them."""
    create_job()
    create_alert()
    index_waiting_hints()
    index_urgent_stock()


def downgrade() -> None:
    """Takes them away."""
    op.drop_index("ix_listing_sku_urgent", table_name="listing_sku")
    op.drop_index("ix_inbox_waiting", table_name="inbox")
    op.drop_table("alert")
    op.drop_table("job")


def create_job() -> None:
    op.create_table(
        "job",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("begun_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )


def create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("told", JsonType, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_alert")),
    )


def index_waiting_hints() -> None:
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("handled_at IS NULL"),
        postgresql_where=sa.text("handled_at IS NULL"),
    )


def index_urgent_stock() -> None:
    op.create_index(
        "ix_listing_sku_urgent",
        "listing_sku",
        ["shop_id"],
        unique=False,
        sqlite_where=sa.text("stock_dirty = 1 AND remote_sku_id IS NOT NULL"),
        postgresql_where=sa.text("stock_dirty AND remote_sku_id IS NOT NULL"),
    )
