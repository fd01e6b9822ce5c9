"""Bukalapak API v2, the form of 2017: the plugin, and the connector of one shop put together from its parts.

The marketplace sold its last goods on 2025-02-09. The connector works against a server of that form (the sandbox), sends nothing
to the real one, and reads answers that were saved while it was open.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bridge.connectors.base import (
    Batch,
    Capabilities,
    Find,
    Operation,
    Outcome,
    Ports,
    RemoteShop,
    Saved,
)
from bridge.connectors.bukalapak.client import BukalapakClient
from bridge.connectors.bukalapak.errors import TABLE
from bridge.connectors.bukalapak.listings import ListingReader, ListingWriter
from bridge.connectors.bukalapak.orders import OrderReader, OrderWriter
from bridge.connectors.bukalapak.publish import Publisher
from bridge.connectors.bukalapak.saved import read_saved
from bridge.connectors.bukalapak.schema import SchemaReader
from bridge.connectors.bukalapak.types import REAL_HOST, BukalapakSettings, UserInfo
from bridge.connectors.http import Client
from bridge.connectors.outcomes import guarded, later
from bridge.connectors.wire import read_settings
from bridge.errors import AuthExpired, Rejected
from bridge.model import Category, CategorySchema, OpKind, Problem, RemoteListing, RemoteOrder, Window

UNSAFE = (OpKind.CREATE, OpKind.CONTENT, OpKind.SHIP, OpKind.CANCEL)


class BukalapakConnector:
    """One shop; its id is the user's. Opening it costs no call."""

    def __init__(self, shop: str, settings: Mapping[str, str], ports: Ports, client: Client | None = None) -> None:
        self._shop = shop
        self._client = BukalapakClient(shop, read_settings(BukalapakSettings, settings), ports, client)
        self._reader = ListingReader(self._client)
        self._publisher = Publisher(self._client, self._reader)
        self._orders = OrderReader(self._client)
        self._order_writer = OrderWriter(self._client, self._orders)
        self._schemas = SchemaReader(self._client)
        writer = ListingWriter(self._client)
        self._steps = {
            OpKind.CREATE: self._publisher.create,
            OpKind.CONTENT: self._publisher.content,
            OpKind.PRICE: writer.price,
            OpKind.STOCK: writer.stock,
            OpKind.VISIBILITY: writer.visibility,
            OpKind.SHIP: self._order_writer.ship,
            OpKind.CANCEL: self._order_writer.reject,
        }

    def capabilities(self) -> Capabilities:
        """From `config/channels/bukalapak.toml` and the shop's settings."""
        config, settings = self._client.config, self._client.settings
        orders = config["orders"]
        list_lag = settings.list_lag_s if settings.list_lag_s is not None else orders["list_lag_s"]
        restock_lag = settings.restock_lag_s if settings.restock_lag_s is not None else orders["restock_lag_s"]
        return Capabilities(
            batch={kind: Batch(kind.value) for kind in self._steps},
            finds=frozenset({Find.ALL, Find.ID}),
            orders_by="created",
            rates=self._client.rates,
            concurrent_calls=config["calls"]["concurrent"],
            pictures="listing",
            skus_per_listing=1,
            closed_on=config["closed_on"],
            list_lag=timedelta(seconds=list_lag),
            restock_lag=timedelta(seconds=restock_lag),
        )

    def check(self) -> RemoteShop:
        """Whether user id and token belong together. Any refusal means they do not; which one is not documented."""
        try:
            user = self._client.get("/users/info", UserInfo).user
        except Rejected as error:
            raise AuthExpired(f"Bukalapak refuses user id and token: {error}") from None
        if user.id not in ("", self._shop):  # not every answer has it
            raise AuthExpired("Bukalapak knows this token under another user id")
        return RemoteShop(self._shop, user.name or user.username)

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:  # noqa: ARG002
        """See `ListingReader.find`."""
        return self._reader.find(by, keys)

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """See `OrderReader.pull`."""
        return self._orders.pull(wanted)

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """One outcome per operation; of what is unsafe to repeat only the first is sent."""
        return [
            later(each) if at > 0 and each.kind in UNSAFE else guarded(each, self._steps[each.kind])
            for at, each in enumerate(operations)
        ]

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """Bukalapak accepts nothing for later; asked all the same, we look."""
        return self.look_up(operations)

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """By the picture of a listing, by the state of an order."""
        return [
            (self._order_writer if operation.kind in (OpKind.SHIP, OpKind.CANCEL) else self._publisher).look_up(
                operation
            )
            for operation in operations
        ]

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        """One call a picture; each reference serves one listing."""
        return [self._publisher.upload(picture) for picture in pictures]

    def categories(self) -> Iterator[Category]:
        """One read."""
        return self._schemas.categories()

    def schema(self, category_id: str) -> CategorySchema:
        """See `SchemaReader.schema`."""
        return self._schemas.schema(category_id)

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """See `SchemaReader.choices`."""
        return self._schemas.choices(category_id, attribute_id, text)


class BukalapakPlugin:
    """What the entry point names. There is no consent page: the user gives user id and token."""

    name = "bukalapak"
    real_host = REAL_HOST

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> BukalapakConnector:
        """A connector for one user id."""
        return BukalapakConnector(shop, settings, ports)

    def read_saved(self, files: Mapping[str, bytes]) -> Saved:
        """See `saved.read_saved`."""
        return read_saved(files)

    def meaning(self, code: str, message: str) -> str | None:
        """See `codes.Table.meaning`."""
        return TABLE.meaning(code, message)


plugin = BukalapakPlugin()
