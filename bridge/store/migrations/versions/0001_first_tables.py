"""The first tables: one function per noun, in the order in which they lean on each other."""

import sqlalchemy as sa
from alembic import op

from bridge.store.tables.base import JsonType, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes all tables."""
    create_app()
    create_bucket()
    create_inbox()
    create_lease()
    create_merchant()
    create_picture()
    create_remote_picture()
    create_run()
    create_grant()
    create_location()
    create_product()
    create_curation()
    create_shop()
    create_sku()
    create_source_row()
    create_balance()
    create_cursor()
    create_listing()
    create_order()
    create_road()
    create_schema_cache()
    create_sku_component()
    create_stock_count()
    create_buyer()
    create_facet()
    create_listing_sku()
    create_operation()
    create_open_write()
    create_operation_sku()
    create_order_line()
    create_stock_entry()


def downgrade() -> None:
    """Drops them, the leaning ones first."""
    for name in reversed(TABLES):
        op.drop_table(name)


TABLES = [
    "app",
    "bucket",
    "inbox",
    "lease",
    "merchant",
    "picture",
    "remote_picture",
    "run",
    "grant",
    "location",
    "product",
    "curation",
    "shop",
    "sku",
    "source_row",
    "balance",
    "cursor",
    "listing",
    "order",
    "road",
    "schema_cache",
    "sku_component",
    "stock_count",
    "buyer",
    "facet",
    "listing_sku",
    "operation",
    "open_write",
    "operation_sku",
    "order_line",
    "stock_entry",
]


def create_app() -> None:
    op.create_table(
        "app",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("remote_app_id", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("settings", JsonType, nullable=False),
        sa.Column("paused", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app")),
        sa.UniqueConstraint("channel", "remote_app_id", "base_url", name=op.f("uq_app_channel_remote_app_id_base_url")),
    )


def create_bucket() -> None:
    op.create_table(
        "bucket",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", JsonType, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bucket")),
    )


def create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("remote_shop_id", sa.String(), nullable=False),
        sa.Column("hint", JsonType, nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("handled_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "event_key", name=op.f("uq_inbox_channel_event_key")),
    )


def create_lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def create_merchant() -> None:
    op.create_table(
        "merchant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_status", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("kelurahan_code", sa.String(), nullable=True),
        sa.Column("kecamatan_code", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("nib", sa.String(), nullable=True),
        sa.Column("stock_rule", JsonType, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant")),
        sa.UniqueConstraint("key", name=op.f("uq_merchant_key")),
    )
    op.create_index(op.f("ix_merchant_kecamatan_code"), "merchant", ["kecamatan_code"], unique=False)
    op.create_index(op.f("ix_merchant_kelurahan_code"), "merchant", ["kelurahan_code"], unique=False)


def create_picture() -> None:
    op.create_table(
        "picture",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("fetched_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_picture")),
    )
    op.create_index(op.f("ix_picture_sha256"), "picture", ["sha256"], unique=False)


def create_remote_picture() -> None:
    op.create_table(
        "remote_picture",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("uploaded_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "sha256", name=op.f("pk_remote_picture")),
    )


def create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confirm_code", sa.String(), nullable=True),
        sa.Column("summary", JsonType, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_confirm_code"), "run", ["confirm_code"], unique=False)


def create_grant() -> None:
    op.create_table(
        "grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("app_id", sa.Integer(), nullable=False),
        sa.Column("access_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("access_until", Utc(), nullable=True),
        sa.Column("refresh_until", Utc(), nullable=True),
        sa.Column("consent_until", Utc(), nullable=True),
        sa.Column("extra", JsonType, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refreshing_by", sa.String(), nullable=True),
        sa.Column("refreshing_since", Utc(), nullable=True),
        sa.Column("refresh_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=op.f("fk_grant_app_id_app")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
        sa.UniqueConstraint("uid", name=op.f("uq_grant_uid")),
    )
    op.create_index(op.f("ix_grant_app_id"), "grant", ["app_id"], unique=False)


def create_location() -> None:
    op.create_table(
        "location",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_location_merchant_id_merchant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("merchant_id", "name", name=op.f("uq_location_merchant_id_name")),
    )


def create_product() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("jenis", sa.String(), nullable=True),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("axes", JsonType, nullable=False),
        sa.Column("pictures", JsonType, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("pack_qty", sa.Integer(), nullable=True),
        sa.Column("preorder_days", sa.Integer(), nullable=True),
        sa.Column("licences", JsonType, nullable=False),
        sa.Column("attributes", JsonType, nullable=False),
        sa.Column("categories", JsonType, nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("reasons", JsonType, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("publishable", sa.Boolean(), nullable=False),
        sa.Column("valid_until", Utc(), nullable=True),
        sa.Column("stock_rule", JsonType, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_product_merchant_id_merchant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("merchant_id", "code", name=op.f("uq_product_merchant_id_code")),
        sa.UniqueConstraint("merchant_id", "key", name=op.f("uq_product_merchant_id_key")),
    )
    op.create_index(op.f("ix_product_merchant_id"), "product", ["merchant_id"], unique=False)
    op.create_index(op.f("ix_product_publishable"), "product", ["publishable"], unique=False)


def create_curation() -> None:
    op.create_table(
        "curation",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_curation_product_id_product")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_curation")),
    )


def create_shop() -> None:
    op.create_table(
        "shop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("remote_shop_id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=False),
        sa.Column("app_id", sa.Integer(), nullable=True),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("takes_zero", sa.Boolean(), nullable=False),
        sa.Column("skus_per_listing", sa.Integer(), nullable=False),
        sa.Column("locations", JsonType, nullable=False),
        sa.Column("blocked", JsonType, nullable=False),
        sa.Column("remembered", JsonType, nullable=False),
        sa.Column("authorised_until", Utc(), nullable=True),
        sa.Column("checked_at", Utc(), nullable=True),
        sa.Column("mapped_with", sa.String(), nullable=True),
        sa.Column("buffer", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=op.f("fk_shop_app_id_app")),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_shop_grant_id_grant")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_shop_merchant_id_merchant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
        sa.UniqueConstraint("channel", "remote_shop_id", name=op.f("uq_shop_channel_remote_shop_id")),
    )
    op.create_index(op.f("ix_shop_app_id"), "shop", ["app_id"], unique=False)
    op.create_index(op.f("ix_shop_grant_id"), "shop", ["grant_id"], unique=False)
    op.create_index(op.f("ix_shop_merchant_id"), "shop", ["merchant_id"], unique=False)


def create_sku() -> None:
    op.create_table(
        "sku",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("options", JsonType, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("price_idr", sa.Integer(), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("stock_rule", JsonType, nullable=False),
        sa.Column("stock_assumed", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_sku_merchant_id_merchant")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sku_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sku")),
        sa.UniqueConstraint("merchant_id", "code", name=op.f("uq_sku_merchant_id_code")),
    )
    op.create_index(op.f("ix_sku_code"), "sku", ["code"], unique=False)
    op.create_index(op.f("ix_sku_product_id"), "sku", ["product_id"], unique=False)


def create_source_row() -> None:
    op.create_table(
        "source_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("sub_row", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("cells", JsonType, nullable=False),
        sa.Column("reasons", JsonType, nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_source_row_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_row")),
        sa.UniqueConstraint("source", "sheet", "row", "sub_row", name=op.f("uq_source_row_source_sheet_row_sub_row")),
    )
    op.create_index(op.f("ix_source_row_product_id"), "source_row", ["product_id"], unique=False)


def create_balance() -> None:
    op.create_table(
        "balance",
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("counted_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_balance_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_balance_sku_id_sku")),
        sa.PrimaryKeyConstraint("sku_id", "location_id", name=op.f("pk_balance")),
    )


def create_cursor() -> None:
    op.create_table(
        "cursor",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("covered_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_cursor_shop_id_shop")),
        sa.PrimaryKeyConstraint("shop_id", "stream", name=op.f("pk_cursor")),
    )


def create_listing() -> None:
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("remote_item_id", sa.String(), nullable=True),
        sa.Column("remote_status", sa.String(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("valid_until", Utc(), nullable=True),
        sa.Column("parked", JsonType, nullable=True),
        sa.Column("notes", JsonType, nullable=False),
        sa.Column("mapped_from", sa.String(), nullable=True),
        sa.Column("category_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_listing_product_id_product")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_listing_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("shop_id", "product_id", "part", name=op.f("uq_listing_shop_id_product_id_part")),
        sa.UniqueConstraint("shop_id", "remote_item_id", name=op.f("uq_listing_shop_id_remote_item_id")),
    )
    op.create_index(
        "ix_listing_parked",
        "listing",
        ["shop_id"],
        unique=False,
        sqlite_where=sa.text("parked IS NOT NULL"),
        postgresql_where=sa.text("parked IS NOT NULL"),
    )
    op.create_index(op.f("ix_listing_product_id"), "listing", ["product_id"], unique=False)
    op.create_index(
        "ix_listing_stale",
        "listing",
        ["shop_id"],
        unique=False,
        sqlite_where=sa.text("stale = 1"),
        postgresql_where=sa.text("stale"),
    )
    op.create_index("ix_listing_valid", "listing", ["shop_id", "valid_until"], unique=False)


def create_order() -> None:
    op.create_table(
        "order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("remote_order_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("total_idr", sa.Integer(), nullable=True),
        sa.Column("ordered_at", Utc(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=True),
        sa.Column("first_seen_at", Utc(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_order_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("shop_id", "remote_order_id", name=op.f("uq_order_shop_id_remote_order_id")),
    )


def create_road() -> None:
    op.create_table(
        "road",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("settings", JsonType, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_road_shop_id_shop")),
        sa.PrimaryKeyConstraint("shop_id", "kind", name=op.f("pk_road")),
    )


def create_schema_cache() -> None:
    op.create_table(
        "schema_cache",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload", JsonType, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("fetched_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_schema_cache_shop_id_shop")),
        sa.PrimaryKeyConstraint("shop_id", "kind", "key", name=op.f("pk_schema_cache")),
    )


def create_sku_component() -> None:
    op.create_table(
        "sku_component",
        sa.Column("bundle_sku_id", sa.Integer(), nullable=False),
        sa.Column("part_sku_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_sku_id"], ["sku.id"], name=op.f("fk_sku_component_bundle_sku_id_sku")),
        sa.ForeignKeyConstraint(["part_sku_id"], ["sku.id"], name=op.f("fk_sku_component_part_sku_id_sku")),
        sa.PrimaryKeyConstraint("bundle_sku_id", "part_sku_id", name=op.f("pk_sku_component")),
    )
    op.create_index(op.f("ix_sku_component_part_sku_id"), "sku_component", ["part_sku_id"], unique=False)


def create_stock_count() -> None:
    op.create_table(
        "stock_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("counted_at", Utc(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("held_then", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_count_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_count_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
        sa.UniqueConstraint("source", name=op.f("uq_stock_count_source")),
    )
    op.create_index(op.f("ix_stock_count_sku_id"), "stock_count", ["sku_id"], unique=False)


def create_buyer() -> None:
    op.create_table(
        "buyer",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purge_after", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_buyer_order_id_order")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_buyer")),
    )
    op.create_index(op.f("ix_buyer_purge_after"), "buyer", ["purge_after"], unique=False)


def create_facet() -> None:
    op.create_table(
        "facet",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("desired", JsonType, nullable=False),
        sa.Column("desired_fp", sa.String(), nullable=False),
        sa.Column("applied", JsonType, nullable=True),
        sa.Column("applied_fp", sa.String(), nullable=True),
        sa.Column("seen_fp", sa.String(), nullable=True),
        sa.Column("rejected_fp", sa.String(), nullable=True),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_facet_listing_id_listing")),
        sa.PrimaryKeyConstraint("listing_id", "kind", name=op.f("pk_facet")),
    )
    op.create_index(
        "ix_facet_dirty",
        "facet",
        ["shop_id", "listing_id"],
        unique=False,
        sqlite_where=sa.text("dirty = 1"),
        postgresql_where=sa.text("dirty"),
    )


def create_listing_sku() -> None:
    op.create_table(
        "listing_sku",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("remote_item_id", sa.String(), nullable=True),
        sa.Column("remote_sku_id", sa.String(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("first_booked", sa.Integer(), nullable=False),
        sa.Column("cancelled_since", sa.Integer(), nullable=False),
        sa.Column("may_sell", sa.Integer(), nullable=True),
        sa.Column("cover", sa.String(), nullable=False),
        sa.Column("clean", sa.Boolean(), nullable=False),
        sa.Column("open_writes", sa.Integer(), nullable=False),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.Column("refused", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.Column("stock_dirty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_sku_listing_id_listing")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_listing_sku_shop_id_shop")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_listing_sku_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_sku")),
        sa.UniqueConstraint("listing_id", "sku_id", "units", name=op.f("uq_listing_sku_listing_id_sku_id_units")),
        sa.UniqueConstraint(
            "shop_id",
            "remote_item_id",
            "remote_sku_id",
            name=op.f("uq_listing_sku_shop_id_remote_item_id_remote_sku_id"),
        ),
    )
    op.create_index(
        "ix_listing_sku_cover",
        "listing_sku",
        ["shop_id", "settled_at"],
        unique=False,
        sqlite_where=sa.text("cover = 'settled'"),
        postgresql_where=sa.text("cover = 'settled'"),
    )
    op.create_index(
        "ix_listing_sku_dirty",
        "listing_sku",
        ["shop_id"],
        unique=False,
        sqlite_where=sa.text("stock_dirty = 1"),
        postgresql_where=sa.text("stock_dirty"),
    )
    op.create_index(op.f("ix_listing_sku_listing_id"), "listing_sku", ["listing_id"], unique=False)
    op.create_index(op.f("ix_listing_sku_sku_id"), "listing_sku", ["sku_id"], unique=False)


def create_operation() -> None:
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("listing_id", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payload", JsonType, nullable=False),
        sa.Column("applies", JsonType, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("claimed_at", Utc(), nullable=True),
        sa.Column("sent_at", Utc(), nullable=True),
        sa.Column("deadline", Utc(), nullable=True),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_operation_listing_id_listing")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_operation_order_id_order")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_operation_run_id_run")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_operation_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_index("ix_operation_due", "operation", ["shop_id", "state", "lane", "due_at"], unique=False)
    op.create_index(op.f("ix_operation_listing_id"), "operation", ["listing_id"], unique=False)
    op.create_index(op.f("ix_operation_order_id"), "operation", ["order_id"], unique=False)
    op.create_index(op.f("ix_operation_run_id"), "operation", ["run_id"], unique=False)
    op.create_index("ix_operation_target", "operation", ["target", "state"], unique=False)
    op.create_index(
        "uq_operation_waiting",
        "operation",
        ["target", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def create_open_write() -> None:
    op.create_table(
        "open_write",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_sku_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_sku_id"], ["listing_sku.id"], name=op.f("fk_open_write_listing_sku_id_listing_sku")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_write")),
    )
    op.create_index(op.f("ix_open_write_listing_sku_id"), "open_write", ["listing_sku_id"], unique=False)
    op.create_index(op.f("ix_open_write_until"), "open_write", ["until"], unique=False)


def create_operation_sku() -> None:
    op.create_table(
        "operation_sku",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("listing_sku_id", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("seller_sku", sa.String(), nullable=False),
        sa.Column("price_idr", sa.Integer(), nullable=True),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("old_price_idr", sa.Integer(), nullable=True),
        sa.Column("old_stock", sa.Integer(), nullable=True),
        sa.Column("open_stock", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_sku_id"], ["listing_sku.id"], name=op.f("fk_operation_sku_listing_sku_id_listing_sku")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_operation_sku_operation_id_operation")
        ),
        sa.PrimaryKeyConstraint("operation_id", "listing_sku_id", "location", name=op.f("pk_operation_sku")),
    )
    op.create_index(op.f("ix_operation_sku_listing_sku_id"), "operation_sku", ["listing_sku_id"], unique=False)


def create_order_line() -> None:
    op.create_table(
        "order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.String(), nullable=False),
        sa.Column("listing_sku_id", sa.Integer(), nullable=True),
        sa.Column("sku_id", sa.Integer(), nullable=True),
        sa.Column("remote_item_id", sa.String(), nullable=True),
        sa.Column("remote_sku_id", sa.String(), nullable=True),
        sa.Column("seller_sku", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("price_idr", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("parked", JsonType, nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_sku_id"], ["listing_sku.id"], name=op.f("fk_order_line_listing_sku_id_listing_sku")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id_order")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_order_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "line_key", name=op.f("uq_order_line_order_id_line_key")),
    )
    op.create_index(op.f("ix_order_line_listing_sku_id"), "order_line", ["listing_sku_id"], unique=False)
    op.create_index(op.f("ix_order_line_sku_id"), "order_line", ["sku_id"], unique=False)


def create_stock_entry() -> None:
    op.create_table(
        "stock_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_entry_location_id_location")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_stock_entry_order_line_id_order_line")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_entry_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_entry")),
        sa.UniqueConstraint("source", name=op.f("uq_stock_entry_source")),
    )
    op.create_index(op.f("ix_stock_entry_order_line_id"), "stock_entry", ["order_line_id"], unique=False)
    op.create_index(op.f("ix_stock_entry_sku_id"), "stock_entry", ["sku_id"], unique=False)
