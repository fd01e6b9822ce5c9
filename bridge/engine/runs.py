"""What a run tells: one shop's part with its lane, plan and ending, and the report over all shops."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bridge.engine.context import Lane
from bridge.planning.guard import Trip
from bridge.planning.plan import Plan
from bridge.store.shops import ShopView

URGENCY = (1, 2, 5, 6, 7, 4, 3, 0)  # whose exit code a run of several shops ends with


@dataclass(kw_only=True)
class Told:
    """A sentence about a shop: an English template, translated and filled by the shell."""

    template: str
    values: dict[str, object] = field(default_factory=dict)
    ended: bool = False  # says that the shop's authorisation has ended; the shell knows more of that


@dataclass(kw_only=True)
class ShopRun:
    """One shop within a run: its lane, its plan, and how it ended."""

    shop: ShopView
    lane: Lane | None = None
    plan: Plan | None = None
    trips: tuple[Trip, ...] = ()
    code: int = 0
    told: list[Told] = field(default_factory=list)
    due: datetime | None = None
    open: bool = False  # neither closed for good nor waiting for a person
    beside: bool = False  # another run holds the shop: what is urgent is written down for it

    def fail(self, code: int, template: str, **values: object) -> None:
        """Ends this shop's part with a sentence and an exit code."""
        self.code = code
        self.told.append(Told(template=template, values={"shop": shop_name(self.shop), **values}))

    def end_authorisation(self) -> None:
        """Ends this shop's part because its owner has to authorise again."""
        self.fail(5, "{shop}: the authorisation has ended. Connect the shop again with: jembatan shop connect")
        self.told[-1].ended = True


@dataclass(kw_only=True)
class Report:
    """What a run did over all its shops."""

    run_id: int | None
    runs: list[ShopRun]
    seconds: float = 0.0
    parked_order_lines: int = 0
    parked_now: int | None = None  # listings, read again at the end: a picture may have failed after the plan
    campaign: int = 0  # writes that campaigns of the channels hold at the end; they go out by themselves
    confirm: str | None = None

    @property
    def code(self) -> int:
        """The exit code of the whole run."""
        rejected = any(run.lane is not None and run.lane.tally.rejected for run in self.runs)
        found = {run.code for run in self.runs} | ({3} if rejected else set())
        return next((code for code in URGENCY if code in found), 0)

    def summary(self) -> dict[str, int | float | None]:
        """The JSON line that scripts read."""
        lanes = [run.lane for run in self.runs if run.lane is not None]
        planned = sum(len(run.plan.parked) for run in self.runs if run.plan is not None)
        names = {
            "created": "create",
            "content": "content",
            "price": "price",
            "stock": "stock",
            "visibility": "visibility",
        }
        return {
            "run": self.run_id,
            "shops": len(self.runs),
            "reads": sum(lane.count.reads + lane.count.schema for lane in lanes),
            "writes": sum(lane.count.writes for lane in lanes),
            **{key: sum(len(lane.tally.done.get(kind, ())) for lane in lanes) for key, kind in names.items()},
            "orders_new": sum(lane.tally.orders_new for lane in lanes),
            "orders_changed": sum(lane.tally.orders_changed for lane in lanes),
            "rejected": sum(len(lane.tally.rejected) for lane in lanes),
            "unknown": sum(len(lane.tally.unknown) for lane in lanes),
            "parked": (self.parked_now if self.parked_now is not None else planned) + self.parked_order_lines,
            "campaign": self.campaign,
            "seconds": round(self.seconds, 2),
        }


@dataclass(kw_only=True)
class Watch:
    """Who is told how far a run is: stage (pull, map, pictures, write, audit), steps done, steps known so far."""

    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None

    def __call__(self, stage: str, done: int, total: int = 0) -> None:
        self.tell(stage, done, total)


def shop_name(shop: ShopView) -> str:
    """How a shop is called in sentences."""
    return f"{shop.merchant} ({shop.channel} {shop.remote_shop_id})"


def trip_told(run: ShopRun, trip: Trip) -> Told:
    """A trip in words."""
    words = {
        "hide": "{shop}: this run would take {count} of {total} listings off the shop.",
        "zero": "{shop}: this run would set {count} of {total} listings to 0.",
        "price_cut": "{shop}: this run would lower the price of {count} of {total} listings.",
    }
    values = {"shop": shop_name(run.shop), "count": trip.count, "total": trip.total}
    return Told(template=words[trip.what], values=values)
