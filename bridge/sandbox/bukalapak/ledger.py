"""The transactions of one account, as seller and as buyer, found by state and newest first."""

from bisect import bisect_left, insort
from collections.abc import Iterator

from bridge.sandbox.bukalapak.values import STATUS, Transaction

Role = str  # "seller", "buyer", "both"
Key = tuple[Role, str]


class Ledger:
    def __init__(self, user_id: int) -> None:
        self._user_id = user_id
        self._rows: dict[Key, list[tuple[float, int]]] = {}
        self.found: dict[int, Transaction] = {}

    def put(self, transaction: Transaction) -> None:
        self.found[transaction.number] = transaction
        for key in self._keys(transaction):
            insort(self._rows.setdefault(key, []), (transaction.created_at, transaction.number))

    def drop(self, transaction: Transaction) -> None:
        """Before a change: by what the transaction still is."""
        for key in self._keys(transaction):
            rows = self._rows[key]
            del rows[bisect_left(rows, (transaction.created_at, transaction.number))]

    def newest(self, role: Role, group: str, since: float) -> Iterator[Transaction]:
        """Those of the group created at `since` or later, newest first."""
        rows = self._rows.get((role, group), [])
        for position in range(len(rows) - 1, -1, -1):
            created, number = rows[position]
            if created < since:
                return
            yield self.found[number]

    def page(self, role: Role, group: str, since: float, start: int, size: int) -> list[Transaction]:
        rows = self._rows.get((role, group), [])
        low, high = bisect_left(rows, (since,)), len(rows) - start
        return [self.found[number] for _, number in rows[max(low, high - size) : max(low, high)][::-1]]

    def _keys(self, transaction: Transaction) -> Iterator[Key]:
        role = "seller" if transaction.seller.user_id == self._user_id else "buyer"
        groups = ["all", "act" if transaction.actions(self._user_id) else "rest"]
        if transaction.state in STATUS:
            groups.append(str(STATUS[transaction.state]))
        for group in groups:
            yield role, group
            yield "both", group
