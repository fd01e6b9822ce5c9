"""What buyers sent back. Only goods that the platform calls arrived count; money that goes back alone moves no stock.

Whether a return moves the time of update of its order is not stated, so returns are asked for by their own.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bridge.connectors.meanings import Meaning
from bridge.connectors.paging import chunks
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.order_types import ReturnOrder, ReturnPage
from bridge.errors import AuthExpired

SEARCH = "/return_refund/202309/returns/search"
OF_GOODS = frozenset({"RETURN_AND_REFUND", "REPLACEMENT"})  # the third kind, REFUND, leaves the goods with the buyer
ARRIVED = "REQUEST_COMPLETE"  # the end of RETURN_OR_REFUND_REQUEST_COMPLETE and of REPLACEMENT_REQUEST_COMPLETE


class ReturnReader:
    """The returns of one shop."""

    def __init__(self, client: TokopediaClient) -> None:
        self._client = client
        self._size = client.config["batch"]["returns"]

    def back(self, order_ids: Iterable[str]) -> set[str]:
        """Line items of these orders whose goods are back."""
        found: set[str] = set()
        for some in chunks(list(dict.fromkeys(order_ids)), self._size):
            for row in self._search({"order_ids": list(some)}):
                if row.return_type in OF_GOODS and row.return_status.endswith(ARRIVED):
                    found |= {line.order_line_item_id for line in row.return_line_items}
        return found

    def touched(self, since: datetime, until: datetime | None) -> list[str]:
        """Orders of which a return changed in that time."""
        body = {"update_time_ge": int(since.timestamp())}
        body |= {"update_time_lt": int(until.timestamp()) + 1} if until is not None else {}
        return list(dict.fromkeys(row.order_id for row in self._search(body) if row.order_id))

    def _search(self, body: Mapping[str, object]) -> Iterator[ReturnOrder]:
        """All pages; nothing where the app has no leave to read returns."""
        token = ""
        while True:
            try:
                page = self._client.search(SEARCH, body, ReturnPage, page_size=self._size, page_token=token)
            except AuthExpired as error:
                if error.meaning != Meaning.SCOPE:
                    raise
                return
            yield from page.return_orders
            if page.next_page_token in ("", token):
                return
            token = page.next_page_token
