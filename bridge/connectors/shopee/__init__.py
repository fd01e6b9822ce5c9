"""Shopee Open Platform v2 for Indonesia: the plugin, and the connector of one shop put together from its parts."""

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
from bridge.connectors.shopee.auth import ShopeeConsent, read_push
from bridge.connectors.shopee.client import ShopeeClient
from bridge.connectors.shopee.errors import TABLE
from bridge.connectors.shopee.listings import ListingReader, ListingWriter
from bridge.connectors.shopee.orders import OrderReader
from bridge.connectors.shopee.pictures import upload
from bridge.connectors.shopee.publish import Publisher
from bridge.connectors.shopee.schema import SchemaReader
from bridge.connectors.shopee.shipping import OrderWriter
from bridge.connectors.shopee.types import REAL_HOST, ShopInfo, Warehouses, read_settings
from bridge.connectors.wire import moment
from bridge.errors import Rejected, ShopBlocked
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
CLOCKS = timedelta(seconds=30)  # how far Shopee's clock and ours may be apart
UNSAFE = (OpKind.CREATE, OpKind.CONTENT, OpKind.SHIP, OpKind.CANCEL)


class ShopeeConnector:
    """One shop. Opening it costs no call."""

    def __init__(self, shop: str, settings: Mapping[str, str], ports: Ports, client: Client | None = None) -> None:
        self._shop = shop
        self._client = ShopeeClient(shop, read_settings(settings), ports, client)
        self._reader = ListingReader(self._client)
        self._writer = ListingWriter(self._client)
        self._publisher = Publisher(self._client, self._reader)
        self._orders = OrderReader(self._client)
        self._order_writer = OrderWriter(self._client, self._orders)
        self._schemas = SchemaReader(self._client)

    def capabilities(self) -> Capabilities:
        """From `config/channels/shopee.toml` and the shop's settings."""
        config, settings = self._client.config, self._client.settings
        batch, orders = config["batch"], config["orders"]
        list_lag = settings.list_lag_s if settings.list_lag_s is not None else orders["list_lag_s"]
        restock_lag = settings.restock_lag_s if settings.restock_lag_s is not None else orders["restock_lag_s"]
        return Capabilities(
            batch={
                OpKind.CREATE: Batch("create"),
                OpKind.CONTENT: Batch("content"),
                OpKind.PRICE: Batch("price", 1, batch["price_models"]),
                OpKind.STOCK: Batch("stock", 1, batch["stock_models"]),
                OpKind.VISIBILITY: Batch("visibility", batch["unlist_items"]),
                OpKind.SHIP: Batch("ship"),
                OpKind.CANCEL: Batch("cancel"),
            },
            finds=frozenset(Find),
            orders_by="updated",
            order_window=timedelta(days=orders["window_days"]),
            rates=self._client.rates,
            concurrent_calls=config["calls"]["concurrent"],
            creates_with_zero=False,  # "Stock should be within 1-…" for a new item or model (fact sheet, 2026-11)
            pictures="shop",
            pictures_per_call=batch["pictures"],
            skus_per_listing=config["limits"]["skus_max"],
            list_lag=timedelta(seconds=list_lag),
            restock_lag=timedelta(seconds=restock_lag),
            write_horizon=SIGNATURE_LIFE + TIMEOUT + CLOCKS,
        )

    def check(self) -> RemoteShop:
        """The shop's state and warehouses. Raises ShopBlocked for a banned or frozen one."""
        info = self._client.get("/shop/get_shop_info", ShopInfo, wrapped=False)
        if info.status not in ("", "NORMAL"):
            raise ShopBlocked(f"Shopee says the shop is {info.status}")
        places = self._locations()
        remember = {"locations": ",".join(places)} if len(places) > 1 else {}
        return RemoteShop(self._shop, info.shop_name, moment(info.expire_time), places, remember=remember)

    def _locations(self) -> tuple[str, ...]:
        """Ordinary shops are not on the list for several warehouses, and Shopee says so with an error."""
        try:
            found = self._client.get("/shop/get_warehouse_detail", Warehouses, wrapped=False)
        except Rejected as error:
            if error.code.rsplit(".", 1)[-1] not in ("error_not_in_whitelist", "error_can_not_find_warehouse"):
                raise
            return ("",)
        places = tuple(dict.fromkeys(row.location_id for row in found.response if row.location_id))
        return places if len(places) > 1 else ("",)

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        """See `ListingReader.find`."""
        return self._reader.find(by, keys, since)

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """One read if nothing happened; see `OrderReader.pull`."""
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
        outcomes = []
        for at, operation in enumerate(operations):
            if at > 0 and operation.kind in UNSAFE:
                outcomes.append(later(operation))
            else:
                outcomes.append(guarded(operation, by_kind[operation.kind]))
        return outcomes

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """Shopee accepts nothing for later; asked all the same, we look."""
        return self.look_up(operations)

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """See `Publisher.look_up`; an order's state says what became of its writes."""
        return [
            (self._order_writer if operation.kind in (OpKind.SHIP, OpKind.CANCEL) else self._publisher).look_up(
                operation
            )
            for operation in operations
        ]

    def label(self, remote_order_id: str) -> bytes:
        """See `OrderWriter.label`."""
        return self._order_writer.label(remote_order_id)

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        """One call; the references serve every listing of the shop."""
        return upload(self._client, pictures)

    def categories(self) -> Iterator[Category]:
        """One read."""
        return self._schemas.categories()

    def schema(self, category_id: str) -> CategorySchema:
        """See `SchemaReader.schema`."""
        return self._schemas.schema(category_id)

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """See `SchemaReader.choices`."""
        return self._schemas.choices(category_id, attribute_id, text)


class ShopeePlugin:
    """What the entry point names."""

    name = "shopee"
    real_host = REAL_HOST
    ok_status = 204
    refused_status = 403

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> ShopeeConnector:
        """A connector for one shop id."""
        return ShopeeConnector(shop, settings, ports)

    def consent(self, settings: Mapping[str, str], ports: Ports) -> ConsentFlow:
        """The consent flow of one app."""
        return ShopeeConsent(read_settings(settings), ports)

    def read(self, url: str, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Hint] | None:
        """What a push tells us to read again; the secret is `webhook_secret`'s."""
        return read_push(url, headers, body, secret)

    def webhook_secret(self, settings: Mapping[str, str]) -> str:
        """The console's own push key, where it shows one."""
        own = read_settings(settings)
        return own.push_secret if own.push_secret else own.app_secret

    def meaning(self, code: str, message: str) -> str | None:
        """See `codes.Table.meaning`."""
        return TABLE.meaning(code, message)


plugin = ShopeePlugin()
