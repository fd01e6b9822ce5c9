"""Asking a channel about a shop: when it is connected, on request, when something held it, and else once a day."""

from datetime import datetime, timedelta

from bridge.connectors.base import RemoteShop
from bridge.engine.context import Lane
from bridge.engine.locations import told_warehouses
from bridge.store.ledger import mark_shop_figures
from bridge.store.listings import add_listings
from bridge.store.shops import ShopView, pause_app
from bridge.store.tables import Shop

EVERY = timedelta(days=1)


def check_due(shop: ShopView, now: datetime) -> bool:
    """Whether the shop has to be asked after before anything else is done with it."""
    return shop.state != "ok" or shop.checked_at is None or shop.checked_at + EVERY <= now


def check_lane(lane: Lane) -> RemoteShop:
    """Asks the channel about a shop and keeps what it says; a shop that may go on goes on, and so does its app."""
    found, can = lane.connector.check(), lane.connector.capabilities()
    with lane.engine.store.write() as session:
        shop = session.get_one(Shop, lane.shop.shop_id)
        known = [row["id"] for row in shop.warehouses]
        keep(shop, found, lane.engine.clock())
        if known != [row["id"] for row in shop.warehouses]:
            mark_shop_figures(session, lane.shop.shop_id)
        shop.skus_per_listing = can.skus_per_listing
        shop.takes_zero = shop.takes_zero and can.takes_zero  # what was learnt of the shop stays
        if shop.app_id is not None:
            pause_app(session, shop.app_id, None)
        add_listings(session, lane.shop.shop_id, shop.merchant_id, can.skus_per_listing)
    return found


def keep(shop: Shop, found: RemoteShop, now: datetime) -> None:
    """What the channel said, in the shop's row."""
    shop.name = found.name or shop.name
    shop.authorised_until, shop.checked_at = found.authorised_until, now
    shop.warehouses = told_warehouses(shop, found.locations, dict(found.location_names))
    shop.remembered = dict(found.remember)
    shop.blocked = {kind.value: why for kind, why in found.blocked.items()}
    shop.state, shop.reason = "ok", None
