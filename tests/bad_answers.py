"""What every connector has to bear: answers that break off, that are no JSON, too large, or say what nobody has heard of before.

Bounded, classified, nothing lost. An adapter beside a connector's other tests says where it reads and writes, and how an answer
looks; `wire` and `shop` are the fixtures of its folder.
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import httpx2
import pytest

from bridge.connectors.base import Connector, Find, Operation, Outcome, SkuWrite
from bridge.connectors.http import LARGEST_REPLY
from bridge.errors import ChannelError, Misconfigured, OutcomeUnknown, RateLimited
from bridge.model import OpKind, RemoteListing, RemoteOrder

MB = 1024 * 1024
NEW = "SOMETHING_NEW"
IDS = (2**53 + 1, 2**63 - 1)  # the first one that a double cannot hold, the largest of 64 bits
NO_JSON = {
    "cut off": b'{"error":"","code":0,"status":"OK","data":{"name":"rahasia","products":[{"id"',
    "HTML": b"<html><body>rahasia: gateway</body></html>",
    "empty": b"",
    "deep": b"[" * 100_000,
    "not UTF-8": b"\xff\xfe rahasia",
    "two answers": b'{"error":"","code":0,"status":"OK"}{"rahasia":1}',
}


class Flood(httpx2.SyncByteStream):
    """100 MB of an answer that begins well; `taken` is what was read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"error":"","code":0,"status":"OK","message":"'
        for _ in range(100):
            self.taken += MB
            yield b"x" * MB
        yield b'"}'


class BadAnswers:
    """Subclass it as `Test…` with the three paths as the folder's `wire` names them."""

    read_path: ClassVar[str]  # of one listing, `{}` standing for its id
    write_path: ClassVar[str]  # of a price of listing 6
    order_path: ClassVar[str]

    def listing(self, number: object, status: str = "", price: object = 15000, stock: object = 7) -> dict[str, Any]:
        """The answer about one listing without variants."""
        raise NotImplementedError

    def order(self, number: object, status: str) -> dict[str, Any]:
        """The answer about one order of three pieces."""
        raise NotImplementedError

    def named(self, number: int) -> str:
        """The id that a listing of this number has with us."""
        return str(number)

    # what is done with them

    def read(self, wire: Any, shop: Connector, *answers: Any, remote_id: str = "6") -> list[RemoteListing]:
        wire.answer(self.read_path.format(remote_id), *answers)
        return list(shop.listings(Find.ID, [remote_id], None))

    def write(self, wire: Any, shop: Connector, answer: Any) -> Sequence[Outcome]:
        wire.answer(self.write_path, answer)
        return shop.submit([Operation(7, OpKind.PRICE, "key-7", "6", (SkuWrite(1, "A", "6", 1000),), {})])

    def bought(self, wire: Any, shop: Connector, number: object, status: str) -> RemoteOrder:
        wire.answer(self.order_path.format(number), self.order(number, status))
        (order,) = shop.orders([str(number)])
        assert isinstance(order, RemoteOrder)
        return order

    @pytest.fixture(autouse=True)
    def _quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda _seconds: None)

    # cut off, HTML in place of JSON

    @pytest.mark.parametrize("name", NO_JSON)
    def test_a_read_that_gets_no_json_is_repeated_then_unknown(self, wire: Any, shop: Connector, name: str) -> None:
        with pytest.raises(OutcomeUnknown) as caught:
            self.read(wire, shop, *[httpx2.Response(200, content=NO_JSON[name]) for _ in range(4)])
        assert len(wire.calls) == 4, "four tries at most"
        assert "rahasia" not in str(caught.value), "an error shows no payload"

    @pytest.mark.parametrize("name", NO_JSON)
    def test_a_write_that_gets_no_json_is_unknown_and_not_sent_again(
        self, wire: Any, shop: Connector, name: str
    ) -> None:
        with pytest.raises(OutcomeUnknown) as caught:
            self.write(wire, shop, httpx2.Response(200, content=NO_JSON[name]))
        assert len(wire.calls) == 1
        assert not caught.value.no_effect, "it may have happened"

    @pytest.mark.parametrize(("status", "kind"), [(502, OutcomeUnknown), (429, RateLimited), (404, Misconfigured)])
    def test_a_page_of_html_is_judged_by_its_status(
        self, wire: Any, shop: Connector, status: int, kind: type[ChannelError]
    ) -> None:
        page = httpx2.Response(status, html="<html>rahasia</html>", headers={"Retry-After": "60"})
        with pytest.raises(kind):
            self.write(wire, shop, page)
        assert len(wire.calls) == 1, "so long a wait is the journal's"

    # 100 MB

    def test_of_100_mb_a_read_takes_no_more_than_the_bound(
        self, wire: Any, shop: Connector, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bridge.connectors.http.TRIES", 1)
        flood = Flood()
        with pytest.raises(OutcomeUnknown):
            self.read(wire, shop, httpx2.Response(200, stream=flood))
        assert LARGEST_REPLY <= flood.taken <= LARGEST_REPLY + MB

    def test_of_100_mb_a_write_takes_no_more_than_the_bound_and_is_unknown(self, wire: Any, shop: Connector) -> None:
        flood = Flood()
        with pytest.raises(OutcomeUnknown):
            self.write(wire, shop, httpx2.Response(200, stream=flood))
        assert len(wire.calls) == 1
        assert flood.taken <= LARGEST_REPLY + MB

    # new words

    def test_a_status_that_nobody_knows_is_kept_and_the_listing_not_called_visible(
        self, wire: Any, shop: Connector
    ) -> None:
        (row,) = self.read(wire, shop, self.listing(6, NEW))
        assert (row.status, row.visible) == (NEW, False)
        assert (row.skus[0].price_idr, row.skus[0].stock) == (15000, {"": 7})

    def test_an_order_in_a_state_that_nobody_knows_is_open_and_holds_its_pieces(
        self, wire: Any, shop: Connector
    ) -> None:
        order = self.bought(wire, shop, 7870, NEW)
        assert (order.status, order.open) == (NEW, True)
        assert sum(line.ordered for line in order.lines) == 3
        assert sum(line.shipped + line.cancelled for line in order.lines) == 0

    # numbers and ids

    @pytest.mark.parametrize(("price", "stock"), [("15000", "7"), ("15000.0", " 7 "), (15000.0, 7.0)])
    def test_numbers_may_be_text(self, wire: Any, shop: Connector, price: object, stock: object) -> None:
        (row,) = self.read(wire, shop, self.listing("6", "", price, stock))
        assert (row.skus[0].price_idr, row.skus[0].stock) == (15000, {"": 7})

    @pytest.mark.parametrize("price", ["Rp rahasia", "NaN", "1e400", [1], {"amount": 1}])
    def test_what_is_no_number_is_no_price(self, wire: Any, shop: Connector, price: object) -> None:
        with pytest.raises(OutcomeUnknown) as caught:
            self.read(wire, shop, *[self.listing(6, "", price) for _ in range(4)])
        assert "rahasia" not in str(caught.value)

    @pytest.mark.parametrize("number", IDS)
    def test_ids_of_64_bits_keep_every_digit(self, wire: Any, shop: Connector, number: int) -> None:
        (row,) = self.read(wire, shop, self.listing(number), remote_id=self.named(number))
        assert row.remote_id == self.named(number)
        assert self.bought(wire, shop, number, "PAID").remote_id == str(number)
