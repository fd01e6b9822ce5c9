"""The platform's answers as far as we read them, and the shop's settings."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, Field, field_validator, model_validator

from bridge.connectors import wire
from bridge.connectors.wire import WIRE, Count, Number, Rows, Text, absent_nulls
from bridge.settings import channel_config

REAL_HOST = "https://open-api.tiktokglobalshop.com"
TOKEN_HOST = "https://auth.tiktok-shops.com"  # noqa: S105  an address
CONSENT_URL = "https://services.tiktokshop.com/open/authorize"
TIKTOK_SHOP, TOKOPEDIA = "TIKTOK_SHOP", "TOKOPEDIA"


class Wire(BaseModel):
    model_config = WIRE
    _null_is_absent = model_validator(mode="before")(absent_nulls)


class TokopediaSettings(Wire):
    """What `docs/channels/tokopedia.md` names, with the numbers of `config/channels/tokopedia.toml`."""

    app_id: str
    app_secret: str = Field(repr=False)
    base_url: str = REAL_HOST
    auth_url: str = TOKEN_HOST
    consent_url: str = CONSENT_URL
    service_id: str = ""
    storefronts: tuple[str, ...] = (TOKOPEDIA, TIKTOK_SHOP)
    locations: tuple[str, ...] = ()
    buyer: str = "masked"  # or "none"
    rates_per_s: int | None = None
    list_lag_s: int | None = None
    restock_lag_s: int | None = None
    home: Path | None = None

    @field_validator("storefronts", "locations", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """By comma; `both` stands for both storefronts."""
        if not isinstance(value, str):
            return value
        if value.strip().lower() == "both":
            return (TOKOPEDIA, TIKTOK_SHOP)
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("storefronts")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(name.upper() for name in value))
        if not names or not set(names) <= {TOKOPEDIA, TIKTOK_SHOP}:
            raise ValueError("storefronts is TOKOPEDIA, TIKTOK_SHOP or both")
        return names

    @cached_property
    def config(self) -> dict[str, Any]:
        return channel_config("tokopedia", self.home)


def read_settings(settings: Mapping[str, str]) -> TokopediaSettings:
    """Empty values count as not given."""
    return wire.read_settings(TokopediaSettings, settings)


class Empty(Wire):
    """A write whose answer says nothing we need."""


# --- listings ---------------------------------------------------------------------------------------------------------


class Price(Wire):
    sale_price: Number | None = None
    tax_exclusive_price: Number | None = None

    @property
    def shown(self) -> int | None:
        """Get tells the price buyers see as `sale_price`, Search as `tax_exclusive_price`."""
        price = self.sale_price if self.sale_price is not None else self.tax_exclusive_price
        return round(price) if price is not None else None


class Stock(Wire):
    warehouse_id: Text = ""
    quantity: Count = 0


class SalesAttribute(Wire):
    id: Text = ""
    name: Text = ""
    value_id: Text = ""
    value_name: Text = ""


class Sku(Wire):
    id: Text
    seller_sku: Text = ""
    price: Price | None = None
    inventory: list[Stock] | None = None
    sales_attributes: Rows[SalesAttribute] = []


class PlatformStatus(Wire):
    platform: Text = ""
    status: Text = ""


class Audit(Wire):
    status: Text = ""


class FailedAudit(Wire):
    listing_platform: Text = ""
    position: Text = ""
    reasons: Rows[Text] = []
    suggestions: Rows[Text] = []


class Named(Wire):
    id: Text = ""
    uri: Text = ""
    name: Text = ""
    is_leaf: bool = False


class Quantity(Wire):
    value: Number = 0.0


class Product(Wire):
    """Of Get and of Search, which leaves out pictures, attributes and category."""

    id: Text
    title: Text | None = None
    status: Text = ""
    integrated_platform_statuses: Rows[PlatformStatus] = []
    audit: Audit = Audit()
    audit_failed_reasons: Rows[FailedAudit] = []
    skus: Rows[Sku] = []
    update_time: Count = 0
    description: Text | None = None
    category_chains: Rows[Named] = []
    main_images: Rows[Named] = []
    brand: Named | None = None
    product_attributes: Rows[dict[str, Any]] = []
    package_weight: Quantity | None = None

    @property
    def statuses(self) -> dict[str, str]:
        """Storefront → status. `status` is TikTok Shop's and absent where the product is not listed there."""
        own = {TIKTOK_SHOP: self.status} if self.status else {}
        return own | {row.platform: row.status for row in self.integrated_platform_statuses if row.status}


class ProductPage(Wire):
    products: Rows[Product] = []
    total_count: Count = 0
    next_page_token: Text = ""


class WarehouseStock(Wire):
    warehouse_id: Text
    available_quantity: Count = 0


class InventorySku(Wire):
    id: Text
    warehouse_inventory: Rows[WarehouseStock] = []


class InventoryProduct(Wire):
    skus: Rows[InventorySku] = []


class Inventory(Wire):
    inventory: Rows[InventoryProduct] = []


class ExtraError(Wire):
    code: Text = ""
    message: Text = ""


class Detail(Wire):
    product_id: Text = ""
    sku_id: Text = ""
    listing_platform: Text = ""
    extra_errors: Rows[ExtraError] = []


class RowError(ExtraError):
    detail: Detail = Detail()


class Results(Wire):
    """Code 0 may come with errors of single products, SKUs or storefronts."""

    errors: Rows[RowError] = []


class Written(Results):
    """The answer of a create or an edit."""

    product_id: Text = ""
    skus: Rows[Sku] = []
    warnings: Rows[ExtraError] = []


# --- what a category asks for -----------------------------------------------------------------------------------------


class CategoryRow(Wire):
    id: Text
    parent_id: Text = ""
    local_name: Text = ""
    is_leaf: bool = False


class CategoryList(Wire):
    categories: Rows[CategoryRow] = []


class Condition(Wire):
    attribute_id: Text = ""
    attribute_value_id: Text = ""


class AttributeRow(Wire):
    id: Text
    name: Text = ""
    type: Text = ""
    is_required: bool = Field(default=False, validation_alias=AliasChoices("is_required", "is_requried"))
    is_customizable: bool = False
    is_multiple_selection: bool = False
    value_data_format: Text = ""
    requirement_conditions: Rows[Condition] = []
    values: Rows[Named] = []


class AttributeList(Wire):
    attributes: Rows[AttributeRow] = []


class Demand(Wire):
    id: Text = ""
    is_required: bool = False
    requirement_conditions: Rows[Condition] = []


class CategoryRules(Wire):
    product_certifications: Rows[Demand] = []
    size_chart: Demand = Demand()
    package_dimension: Demand = Demand()
    seller_sku: Demand = Demand()
    allowed_special_product_types: Any = None  # a list, or one name with quotes in it


class BrandPage(Wire):
    brands: Rows[Named] = []
    next_page_token: Text = ""


# --- the shop, its pictures and its tokens ----------------------------------------------------------------------------


class ShopRow(Wire):
    id: Text
    name: Text = ""
    region: Text = ""
    cipher: Text = ""


class ShopList(Wire):
    shops: Rows[ShopRow] = []


class Warehouse(Wire):
    id: Text
    name: Text = ""
    type: Text = ""
    effect_status: Text = ""
    is_default: bool = False


class Warehouses(Wire):
    warehouses: Rows[Warehouse] = []


class Check(Wire):
    check_item: Text = ""
    is_failed: bool = False
    fail_reasons: Rows[Text] = []


class Prerequisites(Wire):
    check_results: Rows[Check] = []


class Uploaded(Wire):
    uri: Text


class Tokens(Wire):
    access_token: str = Field(repr=False)
    refresh_token: str = Field(repr=False)
    access_token_expire_in: Count
    refresh_token_expire_in: Count = 0
    user_type: Count = 0
