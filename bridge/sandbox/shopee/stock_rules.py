"""Checks the stock of a write: one figure in an ordinary shop, one for each named location in a shop with several warehouses.

The platform's documents name the refusals of a shop with several warehouses, but not which call gives which, nor whether all
locations must be named. Here the calls that make an item or a model have one, and the call that sets stock has another; a location
that is left out keeps what it had; the band of a new model's stock is judged by the sum, as its words ("for model") say.
"""

from collections.abc import Sequence

from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.state import Shop


def made_stock(fields: Fields, shop: Shop) -> dict[str, int]:
    """Of a new item or model, by location."""
    unnamed = ApiError("error_busi", "multi warehouse, please input location id")
    return _checked(fields, shop, bands.STOCK[0], unnamed)


def set_stock(fields: Fields, shop: Shop) -> dict[str, int]:
    """What update_stock sets, by location. Zero is taken."""
    return _checked(fields, shop, 0, ApiError("error_auth", "Lack of location_id"))


def no_stock(shop: Shop) -> dict[str, int]:
    return {shop.locations[0]: 0}


def check_structure(holders: Sequence[Fields], shop: Shop) -> None:
    """All rows of one call name their location, or none does."""
    if not shop.several:
        return
    rows = [row for holder in holders if holder.has("seller_stock") for row in holder.rows("seller_stock")]
    if len({_named(row) for row in rows}) > 1:
        raise ApiError("error_param", "different stock structure")


def _checked(fields: Fields, shop: Shop, low: int, unnamed: ApiError) -> dict[str, int]:
    rows = fields.rows("seller_stock", low=1)
    if shop.several:
        check_structure([fields], shop)
        stock = {_location(row, shop, unnamed): _pieces(row) for row in rows}
        if len(stock) < len(rows):
            raise ApiError("error_param", "Repeat location_id.")
    else:
        stock = {"": _only(rows)}
    if not low <= sum(stock.values()) <= bands.STOCK[1]:
        raise ApiError("error_busi", f"Stock should be within {low}-{bands.STOCK[1]} for model")
    return stock


def _only(rows: list[Fields]) -> int:
    """The one row of a shop with a single location."""
    if len(rows) > 1:
        raise ApiError("error_param", "Repeat location_id.")
    if rows[0].has("location_id") and rows[0].values["location_id"] != "":
        raise ApiError(
            "error_auth", "You do not have right to use seller location_id, please only fill seller_stock filed."
        )
    return rows[0].integer("stock")


def _location(row: Fields, shop: Shop, unnamed: ApiError) -> str:
    if not _named(row):
        raise unnamed
    location = row.text("location_id")
    if location not in shop.locations:
        raise ApiError("error_auth", f"location_id {location} is not matched")
    return location


def _pieces(row: Fields) -> int:
    pieces = row.integer("stock")
    if pieces < 0:
        raise ApiError("error_busi", f"Stock should be within 0-{bands.STOCK[1]} for model")
    return pieces


def _named(row: Fields) -> bool:
    return row.has("location_id") and row.values["location_id"] != ""
