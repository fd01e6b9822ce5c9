"""Lives of order lines, and a ledger to book them into: what the tests of `plan_order` share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bridge.model import RemoteLine, RemoteOrder
from bridge.planning.orders import BUCKETS, Binding, Entry, Line, OrderPlan, Resolve, plan_order

ORDERED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BINDINGS: Mapping[str, Binding] = {
    "KOPI": Binding(11, 1),
    "TEH": Binding(12, 2),
    "KOPI-12": Binding(13, 1, 12),  # a carton of the same coffee
}
NEXT: Mapping[str, tuple[str, ...]] = {
    "open": ("shipped", "cancelled"),
    "shipped": ("recalled", "returned"),
    "cancelled": (),
    "recalled": ("recalled and returned",),
    "returned": (),
    "recalled and returned": (),
}
WORD = {"shipped": ("shipped",), "cancelled": ("cancelled",), "returned": ("shipped", "returned"),
        "recalled": ("shipped", "recalled"), "recalled and returned": ("shipped", "recalled", "returned")}  # fmt: skip


def bound(line: RemoteLine) -> Binding | None:
    """Every SKU of the catalog is known; any other is not."""
    return BINDINGS.get(line.seller_sku or "")


def remote(sku: str | None, ordered: int, **more: object) -> RemoteLine:
    return RemoteLine("900", f"m-{sku}", sku, f"Barang {sku}", ordered, **more)  # type: ignore[arg-type]


def order(*lines: RemoteLine, **more: object) -> RemoteOrder:
    plain = RemoteOrder("INV-1", "READY", True, ORDERED_AT, None, tuple(lines))
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass
class Ledger:
    """Books plans as the store does: lines by key, entries by their unique source, sums beside them."""

    lines: dict[str, Line] = field(default_factory=dict)
    sources: set[tuple[str, str, int]] = field(default_factory=set)
    on_hand: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    booked: Counter[int] = field(default_factory=Counter)
    cancelled: Counter[int] = field(default_factory=Counter)

    def tell(self, told: RemoteOrder, resolve: Resolve = bound, now: datetime = NOW) -> OrderPlan:
        """Plans and books; a source that comes a second time is an error of the plan."""
        plan = plan_order(told, self.lines, resolve, now)
        for key in plan.dropped:
            del self.lines[key]
        self.lines |= {line.key: line for line in plan.lines}
        for entry in plan.entries:
            self.post(entry)
        for move in plan.moved:
            self.booked[move.listing_sku_id] += move.booked
            self.cancelled[move.listing_sku_id] += move.cancelled
        return plan

    def post(self, entry: Entry) -> None:
        source = (entry.line_key, entry.kind, entry.cumulative)
        assert source not in self.sources, f"{source} is written twice"
        self.sources.add(source)
        self.on_hand[entry.sku_id] += entry.on_hand
        self.held[entry.sku_id] += entry.held

    @property
    def sums(self) -> tuple[dict[int, int], ...]:
        """On hand and held by SKU, units booked and cancelled by ListingSku; zeros left out."""
        counters = (self.on_hand, self.held, self.booked, self.cancelled)
        return tuple({key: number for key, number in counter.items() if number} for counter in counters)

    @property
    def buckets(self) -> dict[str, tuple[int, ...]]:
        return {key: tuple(getattr(line, name) for name in BUCKETS) for key, line in self.lines.items()}


Units = tuple[str, ...]  # the state of every unit of one line
Snapshot = tuple[tuple[str, Units], ...]  # SKU and units of every line


def lines_of(snapshot: Snapshot, apart: bool) -> tuple[RemoteLine, ...]:
    """The order lines of a snapshot; `apart`: one line per unit, as some channels send them."""
    found = []
    for sku, units in snapshot:
        if apart:
            found += [remote(sku, 1, **dict.fromkeys(WORD.get(unit, ()), 1)) for unit in units]
        else:
            found.append(remote(sku, len(units), **Counter(word for unit in units for word in WORD.get(unit, ()))))
    return tuple(found)


def truth(snapshot: Snapshot) -> tuple[dict[int, int], ...]:
    """What the sums must be, straight from the states of the units."""
    on_hand, held, booked, cancelled = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    for sku, units in snapshot:
        tie = BINDINGS[sku]
        for unit in units:
            left, back = unit in ("shipped", "recalled"), unit in ("cancelled", "recalled", "recalled and returned")
            on_hand[tie.sku_id] -= tie.units * left
            held[tie.sku_id] += tie.units * (unit == "open")
            booked[tie.listing_sku_id] += 1
            cancelled[tie.listing_sku_id] += back
    return tuple({k: n for k, n in counter.items() if n} for counter in (on_hand, held, booked, cancelled))


@st.composite
def lives(draw: st.DrawFn) -> list[Snapshot]:
    """What happens to an order of one to three lines, unit by unit, from the moment it was placed."""
    skus = draw(st.lists(st.sampled_from(sorted(BINDINGS)), min_size=1, max_size=3, unique=True))
    state = {sku: ["open"] * draw(st.integers(1, 3)) for sku in skus}
    story = [freeze(state)]
    for _ in range(draw(st.integers(0, 6))):
        alive = [(sku, at) for sku, units in state.items() for at, unit in enumerate(units) if NEXT[unit]]
        if not alive:
            break
        sku, at = draw(st.sampled_from(alive))
        state[sku][at] = draw(st.sampled_from(NEXT[state[sku][at]]))
        story.append(freeze(state))
    return story


def freeze(state: Mapping[str, Sequence[str]]) -> Snapshot:
    return tuple((sku, tuple(units)) for sku, units in state.items())


def told(snapshots: Iterable[Snapshot], apart: bool = False) -> list[RemoteOrder]:
    return [order(*lines_of(snapshot, apart)) for snapshot in snapshots]


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)
