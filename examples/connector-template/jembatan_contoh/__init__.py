"""The imaginary marketplace Contoh: the plugin, and the connector of one shop put together from its parts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bridge.connectors.base import Batch, Capabilities, Find, Operation, Outcome, Ports, RemoteShop
from bridge.connectors.outcomes import guarded
from bridge.errors import AuthExpired
from bridge.model import Category, CategorySchema, OpKind, Problem, RemoteListing, RemoteOrder, Window
from jembatan_contoh import listings, orders, schema
from jembatan_contoh.client import ContohClient
from jembatan_contoh.errors import TABLE
from jembatan_contoh.types import REAL_HOST, Named

STEPS = {OpKind.CREATE: listings.create, OpKind.CONTENT: listings.change, OpKind.VISIBILITY: listings.change}
VALUES = (OpKind.PRICE, OpKind.STOCK)


class ContohConnector:
    """One shop. Opening it costs no call."""

    def __init__(self, shop: str, settings: Mapping[str, str], ports: Ports) -> None:
        self._shop, self._client = shop, ContohClient(shop, settings, ports)

    def capabilities(self) -> Capabilities:
        """Prices and stock travel together, many listings a call; all else goes one by one."""
        config = self._client.config
        values = Batch("values", config["batch"]["listings"], config["batch"]["skus"])
        return Capabilities(
            batch={**{kind: Batch(kind.value) for kind in STEPS}, **dict.fromkeys(VALUES, values)},
            finds=frozenset(Find),
            rates=self._client.rates,
            concurrent_calls=config["calls"]["concurrent"],
            create_keyed=True,
        )

    def check(self) -> RemoteShop:
        """One read. Raises AuthExpired where the token is refused or another shop's."""
        shop = self._client.get("/shop", Named)
        if shop.id != self._shop:
            raise AuthExpired("Contoh knows this token as another shop's")
        return RemoteShop(shop.id, shop.name)

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        """All, those changed since, or those of ids or seller SKUs."""
        return listings.find(self._client, by, keys, since)

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """A window's orders and then the window; or the orders of the ids."""
        return orders.pull(self._client, wanted)

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """One call: a batch of values, or the one operation that a batch of another kind holds."""
        if operations[0].kind in VALUES:
            return listings.values(self._client, operations)
        return [guarded(each, lambda of: STEPS[of.kind](self._client, of)) for each in operations]

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """Contoh accepts nothing for later; asked all the same, we look."""
        return self.look_up(operations)

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """A create by its key; what is absolute is simply sent again."""
        return [listings.look_up(self._client, operation) for operation in operations]

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        """One call a picture; each reference serves the whole shop."""
        return [listings.upload(self._client, picture) for picture in pictures]

    def categories(self) -> Iterator[Category]:
        """The whole tree, in one read."""
        return schema.categories(self._client)

    def schema(self, category_id: str) -> CategorySchema:
        """Questions and limits of a leaf, in one read."""
        return schema.ask(self._client, category_id)

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """The options whose name holds the text; all of them come with the schema."""
        asked = [row for row in self.schema(category_id).attributes if row.attribute_id == attribute_id]
        return [pair for row in asked for pair in row.options if text.casefold() in pair[1].casefold()]


class ContohPlugin:
    """What the entry point names. There is no consent page: the seller copies a token from the seller centre."""

    name = "contoh"
    real_host = REAL_HOST

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> ContohConnector:
        """A connector for one shop id."""
        return ContohConnector(shop, settings, ports)

    def meaning(self, code: str, message: str) -> str | None:
        """What a refusal means to people."""
        return TABLE.meaning(code, message)


plugin = ContohPlugin()
