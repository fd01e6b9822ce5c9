"""Which alerts there are now, and which of them begin or end. Decides only: the words are the shell's, the telling the engine's.

An alert has a kind and a subject; as long as both stay the same it is the same alert and is told once. An authorisation's stage
(30, 7, 1 days, over) is part of its subject, so that each stage is told. A new kind is one line in `Kind`, one rule in `alerts_of`
and one sentence in the shell.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.planning.authorisation import Ending


class Kind(StrEnum):
    """What somebody is told of, the most urgent first."""

    AUTHORISATION = "authorisation"  # ended, or ends soon
    HELD = "held"  # closed by the channel, or its app's key is refused
    PULL = "pull"  # orders were not fetched for too long
    GUARD = "guard"  # a run waits for a person
    OVERSOLD = "oversold"  # more is ordered of a SKU than is there
    DRIFT = "drift"  # a shop shows more than there is, by hand
    REFUSED = "refused"  # writes that the channel refused


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What is known of one shop. `pulled_at`: when all its orders were known last; None where orders are not fetched."""

    shop: int
    merchant: int
    state: str
    reason: str | None
    pulled_at: datetime | None
    refused: int
    endings: Sequence[Ending] = ()
    red: int = 0  # figures that a reading found above what is there


@dataclass(frozen=True, slots=True)
class Oversold:
    """A SKU of which more is ordered than is there, over all locations, by `missing` pieces."""

    sku_id: int
    sku: str
    product: str
    merchant: int
    missing: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that a person should know. `shop` or `merchant` says whose."""

    kind: Kind
    subject: str
    shop: int | None = None
    merchant: int | None = None
    values: dict[str, object] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str]:
        """What makes it the same alert."""
        return self.kind.value, self.subject


def alerts_of(
    shops: Sequence[ShopFacts],
    guarded: Collection[int],
    now: datetime,
    longest: timedelta,
    oversold: Sequence[Oversold] = (),
) -> list[Alert]:
    """All alerts there are, the most urgent first. `guarded`: businesses that a guard holds; `longest`: without orders."""
    found = [alert for shop in shops for alert in of_shop(shop, now, longest)]
    found += [Alert(Kind.GUARD, f"merchant/{key}", merchant=key) for key in sorted(guarded)]
    found += [of_sku(facts) for facts in oversold]
    return sorted(found, key=lambda alert: (list(Kind).index(alert.kind), alert.subject))


def of_shop(facts: ShopFacts, now: datetime, longest: timedelta) -> Iterator[Alert]:
    """One shop's. Of one that waits for a person its old orders say nothing new."""
    name = f"shop/{facts.shop}"
    if facts.state == "auth":
        yield Alert(Kind.AUTHORISATION, f"{name}/ended", facts.shop)
    elif facts.state != "ok":
        yield Alert(Kind.HELD, f"{name}/{facts.state}", facts.shop, values={"why": facts.reason or ""})
    else:
        for ending in facts.endings:
            if ending.within is not None:
                yield Alert(Kind.AUTHORISATION, f"{name}/{ending.what.value}/{ending.within}", facts.shop)
        if facts.pulled_at is not None and now - facts.pulled_at > longest:
            yield Alert(Kind.PULL, name, facts.shop, values={"since": facts.pulled_at})
    if facts.red:
        yield Alert(Kind.DRIFT, name, facts.shop, values={"count": facts.red})
    if facts.refused:
        yield Alert(Kind.REFUSED, name, facts.shop, values={"count": facts.refused})


def of_sku(facts: Oversold) -> Alert:
    """One SKU's. With more orders it stays the same alert."""
    values = {"sku": facts.sku, "product": facts.product, "count": facts.missing}
    return Alert(Kind.OVERSOLD, f"sku/{facts.sku_id}", merchant=facts.merchant, values=values)


def begun(alerts: Sequence[Alert], known: Collection[tuple[str, str]]) -> list[Alert]:
    """Those that were not there when somebody looked last."""
    return [alert for alert in alerts if alert.name not in known]


def ended(alerts: Sequence[Alert], known: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those whose cause is gone. A guard's is ended by the run that passes it."""
    there = {alert.name for alert in alerts}
    return [name for name in known if name not in there and name[0] != Kind.GUARD]
