"""Comparing an order with what is booked. Telling it twice, or out of order, books nothing twice.

A line has five cumulative quantities that only rise. Each rise becomes one ledger entry, whose source names the bucket and the
quantity reached, so that webhook, poll and file count once together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bridge.model import Problem, RemoteLine, RemoteOrder

BUCKETS = ("ordered", "shipped", "cancelled", "recalled", "returned")


@dataclass(frozen=True, slots=True)
class Binding:
    """Which ListingSku an order line means, and how many pieces of our SKU one unit takes."""

    listing_sku_id: int
    sku_id: int
    units: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what the channel says, or what is booked of it; quantities in units of the listing."""

    key: str
    remote: RemoteLine
    binding: Binding | None = None
    ordered: int = 0
    shipped: int = 0
    cancelled: int = 0
    recalled: int = 0
    returned: int = 0

    @property
    def held(self) -> int:
        return max(0, self.ordered - self.shipped - self.cancelled)


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger entry to write: pieces of our SKU."""

    line_key: str
    sku_id: int
    kind: str
    cumulative: int
    on_hand: int
    held: int
    moved_at: datetime
    units: int = 0  # as the order counts


@dataclass(frozen=True, slots=True)
class Moved:
    """What the booking does to the range of one ListingSku, in units of the listing."""

    listing_sku_id: int
    booked: int
    cancelled: int
    location: str = ""  # the channel's warehouse, where it tells one


@dataclass(frozen=True, slots=True)
class OrderPlan:
    lines: tuple[Line, ...] = ()
    dropped: tuple[str, ...] = ()  # keys of lines that were parked under another name before they were bound
    parked: Mapping[str, Problem] = field(default_factory=dict)  # by line key
    entries: tuple[Entry, ...] = ()
    moved: tuple[Moved, ...] = ()


Resolve = Callable[[RemoteLine], Binding | None]


def plan_order(order: RemoteOrder, booked: Mapping[str, Line], resolve: Resolve, now: datetime) -> OrderPlan:
    """What to book of an order, given what is booked of it. Unbound lines are kept, parked and not booked."""
    told = merge_lines(order.lines, keep_bindings(booked.values(), resolve))
    lines = [raise_line(booked.get(line.key), line) for line in told]
    lines += [
        vanish_line(old)
        for key, old in booked.items()
        if key not in {line.key for line in told} and told and old.binding
    ]
    dropped = [
        key for key, old in booked.items() if old.binding is None and told and key not in {line.key for line in told}
    ]
    entries = [entry for line in lines for entry in entries_of(booked.get(line.key), line, order, now)]
    return OrderPlan(
        lines=tuple(lines),
        dropped=tuple(dropped),
        parked={line.key: unknown_sku(line) for line in lines if line.binding is None},
        entries=tuple(entries),
        moved=tuple(moves for line in lines for moves in moved_by(booked.get(line.key), line)),
    )


def keep_bindings(booked: Iterable[Line], resolve: Resolve) -> Resolve:
    """What was booked under a binding stays under it, whatever became of the SKU since."""
    known = {ids_of(line.remote): line.binding for line in booked if line.binding is not None}

    def keep(remote: RemoteLine) -> Binding | None:
        return known.get(ids_of(remote)) or resolve(remote)

    return keep


def ids_of(remote: RemoteLine) -> tuple[str | None, ...]:
    """What a channel calls the goods of a line."""
    if remote.remote_id is not None:
        return remote.remote_id, remote.remote_sku_id
    return None, None, remote.seller_sku, remote.title


def merge_lines(lines: Iterable[RemoteLine], resolve: Resolve) -> list[Line]:
    """One line per ListingSku, units summed: some channels send one line per unit."""
    merged: dict[str, Line] = {}
    for remote in lines:
        binding = resolve(remote)
        key = line_key(remote, binding)
        old = merged.get(key, Line(key, remote, binding))
        merged[key] = replace(old, **{name: getattr(old, name) + getattr(remote, name) for name in BUCKETS})
    return list(merged.values())


def line_key(remote: RemoteLine, binding: Binding | None) -> str:
    """The same for every road that tells of this line."""
    if binding is not None:
        return f"listing_sku/{binding.listing_sku_id}"
    if remote.remote_id is not None:
        return f"remote/{remote.remote_id}/{remote.remote_sku_id or ''}"
    return f"seller/{remote.seller_sku or ''}/{remote.title}"


def raise_line(old: Line | None, new: Line) -> Line:
    """The highest quantities of both. A fall of the ordered quantity is a cancellation."""
    if old is None:
        return new
    fall = max(0, old.ordered - new.ordered)
    told = replace(new, cancelled=new.cancelled + fall)
    return keep_apart(old, replace(new, **{name: max(getattr(old, name), getattr(told, name)) for name in BUCKETS}))


def keep_apart(old: Line, new: Line) -> Line:
    """What was booked as cancelled has not left: a channel that later tells it as shipped and recalled, because the rest has gone,
    tells of the same piece. It counts once."""
    over = min(max(0, new.shipped + new.cancelled - new.ordered), new.shipped - old.shipped)
    return replace(new, shipped=new.shipped - over, recalled=max(old.recalled, new.recalled - over))


def vanish_line(old: Line) -> Line:
    """A line that an order no longer has: what had not left is cancelled."""
    return replace(old, cancelled=old.cancelled + old.held)


def entries_of(old: Line | None, new: Line, order: RemoteOrder, now: datetime) -> list[Entry]:
    """One entry per bucket that rose, in pieces; their sum is the same whatever was told in between."""
    if new.binding is None:
        return []
    before = old if old is not None and old.binding is not None else Line(new.key, new.remote, new.binding)
    entries = []
    for bucket in BUCKETS:
        after = replace(before, **{bucket: getattr(new, bucket)})
        rise = getattr(after, bucket) - getattr(before, bucket)
        if rise > 0:
            pieces = new.binding.units
            on_hand = {"shipped": -rise, "returned": rise}.get(bucket, 0) * pieces
            held = (after.held - before.held) * pieces
            at = moved_at(bucket, order, now)
            entries.append(Entry(new.key, new.binding.sku_id, bucket, getattr(after, bucket), on_hand, held, at, rise))
        before = after
    return entries


def moved_at(bucket: str, order: RemoteOrder, now: datetime) -> datetime:
    """A channel does not date its movements: goods left when we first saw it; what came back may already have been counted."""
    return order.created_at if bucket == "returned" else now


def moved_by(old: Line | None, new: Line) -> list[Moved]:
    """Units first booked, and units whose cancellation is first booked, before or after shipping."""
    if new.binding is None:
        return []
    known = old if old is not None and old.binding is not None else Line(new.key, new.remote)
    booked = new.ordered - known.ordered
    cancelled = new.cancelled - known.cancelled + new.recalled - known.recalled
    moved = Moved(new.binding.listing_sku_id, booked, cancelled, new.remote.location)
    return [moved] if booked or cancelled else []


def unknown_sku(line: Line) -> Problem:
    """The parked line's reason."""
    return Problem(
        "O_SKU_UNKNOWN",
        line.key,
        "The order line “{title}” (SKU {sku}) belongs to no product in the catalog.",
        "It is kept and will be booked once that listing is known: import the product, or connect the shop that lists it.",
        {"title": line.remote.title, "sku": line.remote.seller_sku or "-"},
    )
