"""The least number of calls that a workload needs on each marketplace. Separate from the engine: it reads workload and limits only.

Counted are the writes that the platform forces and the reads that it forces. Tokens, and categories with their questions (which
are kept for days), are counted apart. Limits: the platforms' published ones, see `docs/channels/`.
"""

from dataclasses import dataclass
from math import ceil

VARIANTS = 3  # of a varied product


@dataclass(frozen=True)
class ShopWork:
    """What one shop needs in one run."""

    plain: int = 0  # new products without variants
    varied: int = 0  # new products with variants
    pictures: int = 0  # of each new product
    prices: int = 0  # listings with a new price
    stocks: int = 0  # listings with a new figure
    orders: int = 0  # orders since the last run
    today: int = 0  # orders of that day that an earlier run has seen


@dataclass(frozen=True)
class Platform:
    """What one marketplace forces."""

    name: str
    uploads: int  # pictures in one call
    varied_calls: int  # to make a product with variants
    shown_together: int  # hidden new listings that one call shows; 0: they are visible at once
    varied_listings: int  # listings that a product with variants becomes, each with pictures of its own
    audits: int  # new listings whose audit one read tells of; 0: there is none
    page: int  # orders in one page of the list
    details: int  # orders in one call for their details; 0: the list tells all
    by_day: bool  # the order list is cut by the day, and that it has ended is only known by an empty page
    codes: bool  # the seller's own SKU codes stand on listings
    schema: tuple[str, ...]  # the last words of calls about categories and their questions
    returns: int = 0  # reads for what buyers sent back, where the order list does not tell it


SHOPEE = Platform(
    "shopee", 8, 2, 50, 1, 0, 100, 50, False, True,
    ("get_category", "get_attribute_tree", "get_item_limit", "get_brand_list", "get_channel_list", "search_attribute_value_list"),
)  # fmt: skip
TOKOPEDIA = Platform(
    "tokopedia", 1, 1, 0, 1, 100, 100, 0, False, True, ("categories", "rules", "attributes", "brands"), returns=1
)
BUKALAPAK = Platform(
    "bukalapak", 1, VARIANTS, 0, VARIANTS, 0, 18, 0, True, False, ("categories.json", "attributes.json")
)
PLATFORMS = (SHOPEE, TOKOPEDIA, BUKALAPAK)


def writes(platform: Platform, work: ShopWork) -> int:
    """Uploads, the calls that make listings and show them, one per changed price or figure."""
    pictures = work.pictures * (work.plain + work.varied * platform.varied_listings)
    shows = ceil(work.varied / platform.shown_together) if platform.shown_together else 0
    made = work.plain + work.varied * platform.varied_calls + shows
    return ceil(pictures / platform.uploads) + made + work.prices + work.stocks


def reads(platform: Platform, work: ShopWork) -> int:
    """The order list at least once, its further pages, details of the orders that it names, returns, and what became of audits."""
    listed = work.orders + (work.today if platform.by_day else 0)
    pages = max(1, ceil(listed / platform.page))
    end = 1 if platform.by_day and listed else 0
    details = ceil(work.orders / platform.details) if platform.details else 0
    audits = ceil((work.plain + work.varied) / platform.audits) if platform.audits else 0
    return pages + end + details + platform.returns + audits
