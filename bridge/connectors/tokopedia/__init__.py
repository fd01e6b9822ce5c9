"""Tokopedia and TikTok Shop Indonesia over the TikTok Shop Partner API: the plugin, and the connector of one shop.

One channel for both storefronts: one catalogue, one pool of stock, one stream of orders. `storefronts` says where listings show.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bridge.connectors.base import (
    Batch,
    Capabilities,
    ConsentFlow,
    Find,
    Operation,
    Outcome,
    Ports,
    RemoteShop,
)
from bridge.connectors.http import TIMEOUT, Client
from bridge.connectors.outcomes import guarded, later
from bridge.connectors.tokopedia.auth import SHOPS, TokopediaConsent, read_push
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.errors import TABLE
from bridge.connectors.tokopedia.listings import ListingReader, ListingWriter, Places
from bridge.connectors.tokopedia.orders import OrderReader
from bridge.connectors.tokopedia.pictures import upload
from bridge.connectors.tokopedia.publish import Publisher
from bridge.connectors.tokopedia.reviews import Reviews
from bridge.connectors.tokopedia.schema import SchemaReader
from bridge.connectors.tokopedia.shipping import OrderWriter
from bridge.connectors.tokopedia.types import REAL_HOST, Prerequisites, ShopList, read_settings
from bridge.errors import AuthExpired
from bridge.model import (
    Category,
    CategorySchema,
    Hint,
    OpKind,
    Problem,
    RemoteListing,
    RemoteOrder,
    Window,
)

SIGNATURE_LIFE = timedelta(minutes=5)
CLOCKS = timedelta(seconds=30)  # how far ahead a timestamp may be
UNSAFE = (OpKind.CREATE, OpKind.CONTENT, OpKind.SHIP, OpKind.CANCEL)
REVIEWED = frozenset({OpKind.CREATE, OpKind.CONTENT, OpKind.VISIBILITY})
TELLS_LATER = frozenset({"PRODUCT_QUANTITY_LIMIT"})  # the create itself says so, and waits for the next day


class TokopediaConnector:
    """One shop. Opening it costs no call."""

    def __init__(self, shop: str, settings: Mapping[str, str], ports: Ports, client: Client | None = None) -> None:
        self._shop = shop
        self._client = TokopediaClient(shop, read_settings(settings), ports, client)
        self._places = Places(self._client)
        self._reader = ListingReader(self._client)
        self._reviews = Reviews(self._client, self._reader)
        self._writer = ListingWriter(self._client, self._reader, self._places, self._reviews.begin)
        self._publisher = Publisher(self._client, self._reader, self._places, self._reviews)
        self._orders = OrderReader(self._client)
        self._order_writer = OrderWriter(self._client, self._orders)
        self._schemas = SchemaReader(self._client)

    def capabilities(self) -> Capabilities:
        """From `config/channels/tokopedia.toml` and the shop's settings."""
        config, settings = self._client.config, self._client.settings
        batch, orders = config["batch"], config["orders"]
        list_lag = settings.list_lag_s if settings.list_lag_s is not None else orders["list_lag_s"]
        restock_lag = settings.restock_lag_s if settings.restock_lag_s is not None else orders["restock_lag_s"]
        return Capabilities(
            batch={
                OpKind.CREATE: Batch("create"),
                OpKind.CONTENT: Batch("content"),
                OpKind.PRICE: Batch("price", 1, batch["product_skus"]),
                OpKind.STOCK: Batch("stock", 1, batch["product_skus"]),
                OpKind.VISIBILITY: Batch("visibility", batch["products"]),
                OpKind.SHIP: Batch("ship"),
                OpKind.CANCEL: Batch("cancel"),
            },
            finds=frozenset(Find),
            orders_by="updated",
            rates=self._client.rates,
            concurrent_calls=config["calls"]["concurrent"],
            late=REVIEWED,
            pictures="shop",
            skus_per_listing=config["limits"]["skus_max"],
            create_keyed=True,
            list_lag=timedelta(seconds=list_lag),
            restock_lag=timedelta(seconds=restock_lag),
            write_horizon=SIGNATURE_LIFE + TIMEOUT + CLOCKS,
        )

    def check(self) -> RemoteShop:
        """Name, warehouses and what the shop may not do now: three reads. Raises AuthExpired when the consent is gone."""
        shops = self._client.get(SHOPS, ShopList).shops
        shop = next((row for row in shops if row.id == self._shop), None)
        if shop is None:
            raise AuthExpired("the seller's consent does not hold for this shop any more")
        found, named = self._places.sales(), self._client.settings.locations
        places = named or tuple(row.id for row in found)
        return RemoteShop(
            self._shop,
            shop.name,
            self._client.vault.current(self._shop).consent_until,
            places if len(places) > 1 else ("",),
            self._blocked(),
            {"locations": ",".join(places)} if places else {},
            {row.id: row.name for row in found},
        )

    def _blocked(self) -> dict[OpKind, str]:
        """A shop that is being merged, or is not set up, takes prices and stock of what it has."""
        found = self._client.get("/product/202312/prerequisites", Prerequisites).check_results
        failed = {row.check_item: row for row in found if row.is_failed and row.check_item not in TELLS_LATER}
        if not failed:
            return {}
        why = "; ".join(f"{name}: {' '.join(row.fail_reasons)}".rstrip(": ") for name, row in failed.items())
        kinds = REVIEWED if "SHOP_STATUS" in failed else {OpKind.CREATE}
        return dict.fromkeys(sorted(kinds), why)

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        """See `ListingReader.find`."""
        return self._reader.find(by, keys, since)

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """Two reads if nothing happened; see `OrderReader.pull`."""
        return self._orders.pull(wanted)

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """One outcome per operation; of what is unsafe to repeat only the first is sent."""
        by_kind = {
            OpKind.CREATE: self._publisher.create,
            OpKind.CONTENT: self._publisher.content,
            OpKind.PRICE: self._writer.price,
            OpKind.STOCK: self._writer.stock,
            OpKind.SHIP: self._order_writer.ship,
            OpKind.CANCEL: self._order_writer.cancel,
        }
        if operations and operations[0].kind is OpKind.VISIBILITY:
            return self._writer.visibility(operations)
        return [
            later(operation) if at > 0 and operation.kind in UNSAFE else guarded(operation, by_kind[operation.kind])
            for at, operation in enumerate(operations)
        ]

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """See `Reviews.poll`."""
        return self._reviews.poll(operations)

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """See `Publisher.look_up`; an order's state says what became of its writes."""
        of_orders = [each for each in operations if each.kind in (OpKind.SHIP, OpKind.CANCEL)]
        others = [each for each in operations if each not in of_orders]
        found = list(self._publisher.look_up(others)) if others else []
        return [*found, *(self._order_writer.look_up(each) for each in of_orders)]

    def label(self, remote_order_id: str) -> bytes:
        """See `OrderWriter.label`."""
        return self._order_writer.label(remote_order_id)

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        """One call per picture; the references serve every listing of the shop."""
        return upload(self._client, pictures)

    def categories(self) -> Iterator[Category]:
        """One read per storefront."""
        return self._schemas.categories()

    def schema(self, category_id: str) -> CategorySchema:
        """See `SchemaReader.schema`."""
        return self._schemas.schema(category_id)

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """See `SchemaReader.choices`."""
        return self._schemas.choices(category_id, attribute_id, text)


class TokopediaPlugin:
    """What the entry point names."""

    name = "tokopedia"
    real_host = REAL_HOST
    ok_status = 200
    refused_status = 401

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> TokopediaConnector:
        """A connector for one shop id."""
        return TokopediaConnector(shop, settings, ports)

    def consent(self, settings: Mapping[str, str], ports: Ports) -> ConsentFlow:
        """The consent flow of one app."""
        return TokopediaConsent(read_settings(settings), ports)

    def webhook_secret(self, settings: Mapping[str, str]) -> str:
        """What `read` needs of an app: the signature covers the app key too."""
        own = read_settings(settings)
        return f"{own.app_id}:{own.app_secret}"

    def read(self, url: str, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Hint] | None:  # noqa: ARG002
        """What a webhook tells us to read again; the secret is `webhook_secret`'s."""
        return read_push(headers, body, secret)

    def meaning(self, code: str, message: str) -> str | None:
        """See `codes.Table.meaning`."""
        return TABLE.meaning(code, message)


plugin = TokopediaPlugin()
