"""The least number of calls that a workload needs on Shopee. Separate from the engine: it reads the workload and the limits only.

Counted are the writes that the platform forces and the reads that it forces. Tokens, and categories with their questions (which
are kept for days), are counted apart. Limits: the platform's published ones, see `docs/channels/shopee.md`.
"""

from dataclasses import dataclass
from math import ceil

PICTURES_PER_UPLOAD = 8
LISTINGS_PER_SHOW = 50
ORDERS_PER_PAGE = 100
ORDERS_PER_DETAIL = 50


@dataclass(frozen=True)
class ShopWork:
    """What one shop needs in one run."""

    plain: int = 0  # new listings without variants
    varied: int = 0  # new listings with variants
    pictures: int = 0  # different pictures of the new listings
    prices: int = 0  # listings with a new price
    stocks: int = 0  # listings with a new figure
    orders: int = 0  # orders since the last run


def writes(work: ShopWork) -> int:
    """Uploads, one call per plain listing, two per varied one and one for showing 50, one per changed price or figure."""
    uploads = ceil(work.pictures / PICTURES_PER_UPLOAD)
    shows = ceil(work.varied / LISTINGS_PER_SHOW)
    return uploads + work.plain + 2 * work.varied + shows + work.prices + work.stocks


def reads(work: ShopWork) -> int:
    """The order list at least once, one more page per 100 orders, and the details of the orders that it names."""
    return max(1, ceil(work.orders / ORDERS_PER_PAGE)) + ceil(work.orders / ORDERS_PER_DETAIL)
