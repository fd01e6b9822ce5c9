"""Shopee's answers as far as we read them, and the shop's settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bridge.connectors import wire
from bridge.connectors.wire import WIRE, Count, Number, Rows, Text
from bridge.settings import channel_config

REAL_HOST = "https://partner.shopeemobile.com"
AUTH_URL = "https://open.shopee.com/auth"


class Wire(BaseModel):
    model_config = WIRE


class ShopeeSettings(Wire):
    """What `docs/channels/shopee.md` names, with the numbers of `config/channels/shopee.toml`."""

    app_id: str
    app_secret: str = Field(repr=False)
    base_url: str = REAL_HOST
    auth_url: str = AUTH_URL
    redirect_url: str = ""
    push_secret: str = Field(default="", repr=False)
    link_form: str = "page"  # or "signed"
    language: str = "id"
    locations: str = ""
    buyer: str = "masked"  # or "none"
    handover: str = "pickup"  # or "dropoff"
    rates_per_s: int | None = None
    list_lag_s: int | None = None
    restock_lag_s: int | None = None
    home: Path | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """The location ids of a shop with several warehouses, the main one first; else none."""
        named = tuple(part.strip() for part in self.locations.split(",") if part.strip())
        return named if len(named) > 1 else ()

    @property
    def config(self) -> dict[str, Any]:
        return channel_config("shopee", self.home)

    @property
    def host(self) -> str:
        return self.base_url.rstrip("/").removesuffix("/api/v2")


def read_settings(settings: Mapping[str, str]) -> ShopeeSettings:
    """Empty values count as not given."""
    return wire.read_settings(ShopeeSettings, settings)


class Envelope(Wire):
    """A write whose answer says nothing we need."""


# --- listings ---------------------------------------------------------------------------------------------------------


class ItemRow(Wire):
    item_id: Text


class ItemPage(Wire):
    item: Rows[ItemRow] = []
    has_next_page: bool = False
    next_offset: Count = 0


class SearchPage(Wire):
    item_id_list: Rows[Text] = []
    next_offset: Text = ""


class Price(Wire):
    original_price: Number = 0.0


class SellerStock(Wire):
    location_id: Text = ""
    stock: Count = 0


class StockSummary(Wire):
    total_available_stock: Count = 0


class StockInfo(Wire):
    seller_stock: Rows[SellerStock] = []
    summary_info: StockSummary | None = None


class Priced(Wire):
    price_info: Rows[Price] = []
    stock_info_v2: StockInfo | None = None
    weight: Number = 0.0


class Model(Priced):
    model_id: Text
    model_sku: Text = ""
    tier_index: Rows[int] = []


class Option(Wire):
    option: Text = ""
    variation_option_name: Text = ""


class Tier(Wire):
    name: Text = ""
    variation_name: Text = ""
    option_list: Rows[Option] = []
    variation_option_list: Rows[Option] = []

    @property
    def plain(self) -> tuple[str, tuple[str, ...]]:
        rows = self.option_list if self.option_list else self.variation_option_list
        return self.name or self.variation_name, tuple(row.option or row.variation_option_name for row in rows)


class ModelList(Wire):
    tier_variation: Rows[Tier] = []
    standardise_tier_variation: Rows[Tier] = []
    model: Rows[Model] = []

    @property
    def tiers(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(tier.plain for tier in self.tier_variation or self.standardise_tier_variation)


class Images(Wire):
    image_id_list: Rows[Text] = []


class BrandRef(Wire):
    brand_id: Text = "0"
    original_brand_name: Text = ""


class Logistic(Wire):
    logistic_id: Text
    enabled: bool = False


class Item(Priced):
    item_id: Text
    category_id: Text = ""
    item_name: Text = ""
    description: Text = ""
    item_sku: Text = ""
    item_status: Text = ""
    update_time: Count = 0
    has_model: bool = False
    image: Images = Images()
    brand: BrandRef | None = None
    attribute_list: Rows[dict[str, Any]] = []
    logistic_info: Rows[Logistic] = []


class ItemList(Wire):
    item_list: Rows[Item] = []


class Created(Wire):
    item_id: Text


class Changed(Wire):
    """One row of a success or failure list."""

    item_id: Text = "0"
    model_id: Text = "0"
    location_id: Text = ""
    failed_reason: Text = ""


class Results(Wire):
    success_list: Rows[Changed] = []
    failure_list: Rows[Changed] = []


# --- what a category asks for -----------------------------------------------------------------------------------------


class CategoryRow(Wire):
    category_id: Text
    parent_category_id: Text = "0"
    original_category_name: Text = ""
    display_category_name: Text = ""
    has_children: bool = False


class CategoryTree(Wire):
    category_list: Rows[CategoryRow] = []


class AttributeInfo(Wire):
    input_type: Count = 3
    input_validation_type: Count = 0
    format_type: Count = 1
    attribute_unit_list: Rows[Text] = []
    support_search_value: bool | None = None


class AttributeChoice(Wire):
    value_id: Text
    name: Text = ""
    child_attribute_list: "Rows[AttributeNode]" = []


class AttributeNode(Wire):
    attribute_id: Text
    name: Text = ""
    mandatory: bool = False
    attribute_value_list: Rows[AttributeChoice] = []
    attribute_info: AttributeInfo = AttributeInfo()


class AttributeTree(Wire):
    attribute_tree: Rows[AttributeNode] = []


class AttributeTrees(Wire):
    list: Rows[AttributeTree] = []


class FoundValue(Wire):
    value_id: Text
    value_name: Text = ""


class FoundPage(Wire):
    cursor: Count = 0
    has_next: bool = False


class FoundValues(Wire):
    value_list: Rows[FoundValue] = []
    page_info: FoundPage = FoundPage()


class Brand(Wire):
    brand_id: Text
    display_brand_name: Text = ""
    original_brand_name: Text = ""


class BrandPage(Wire):
    brand_list: Rows[Brand] = []
    has_next_page: bool = False
    next_offset: Count = 0
    is_mandatory: bool = False


class Limits(BaseModel):
    """The answer of get_item_limit, kept open: its many parts are read by name."""

    model_config = ConfigDict(extra="allow")


class WeightLimit(Wire):
    item_max_weight: Number = 0.0
    item_min_weight: Number = 0.0


class LogisticsChannel(Wire):
    logistics_channel_id: Text
    logistics_channel_name: Text = ""
    enabled: bool = False
    fee_type: Text = ""
    mask_channel_id: Count = 0
    weight_limit: WeightLimit | None = None


class LogisticsChannels(Wire):
    logistics_channel_list: Rows[LogisticsChannel] = []


# --- the shop, its pictures and its tokens ----------------------------------------------------------------------------


class ShopInfo(Wire):
    shop_name: Text = ""
    status: Text = "NORMAL"
    expire_time: Count = 0


class Warehouse(Wire):
    location_id: Text = ""


class Warehouses(Wire):
    response: Rows[Warehouse] = []


class ImageInfo(Wire):
    image_id: Text = ""


class ImageRow(Wire):
    id: Count = 0
    error: Text = ""
    message: Text = ""
    image_info: ImageInfo | None = None


class Uploaded(Wire):
    image_info: ImageInfo | None = None
    image_info_list: Rows[ImageRow] = []


class Tokens(Wire):
    access_token: str = Field(repr=False)
    refresh_token: str = Field(repr=False)
    expire_in: Count = 14400
    shop_id_list: Rows[Text] = []
