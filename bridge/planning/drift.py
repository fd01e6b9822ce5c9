"""Edits by hand: what a reading of the channel says against the reading before it, and what a person decided to keep.

Compared is the channel's own form with itself, never with what we wanted: a channel that rewrites titles causes no drift.
"""

import math
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from bridge.model import FacetKind, RemoteListing
from bridge.planning.fingerprint import fingerprint
from bridge.planning.guard import GuardRule

JSON = Mapping[str, Any]
# The kinds of write after which a reading of a facet begins anew: what is there now is what we put there.
RESETS: Mapping[str, tuple[str, ...]] = {
    FacetKind.PRICE: ("price", "create", "content"),  # a content brings the prices of new variants
    FacetKind.CONTENT: ("content", "create"),
    FacetKind.VISIBILITY: ("visibility", "create"),
}


class Policy(StrEnum):
    """Whose value wins."""

    OURS = "ours"
    THEIRS = "theirs"
    ASK = "ask"


def forms(remote: RemoteListing, codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What a reading told of each facet, and nothing of what it did not tell. `codes`: their SKU id → our SKU code."""
    found: dict[str, dict[str, Any]] = {}
    prices = {
        codes[sku.remote_sku_id]: sku.price_idr
        for sku in remote.skus
        if sku.remote_sku_id in codes and sku.price_idr is not None
    }
    if prices:
        found[FacetKind.PRICE] = {"prices": prices}
    content: dict[str, Any] = dict(remote.content or {})
    if remote.title is not None:
        content["title"] = remote.title
    if content:
        found[FacetKind.CONTENT] = content
    if remote.visible is not None:
        found[FacetKind.VISIBILITY] = {"visible": remote.visible, "status": remote.status or ""}
    return found


def differences(kind: str, before: JSON, now: JSON) -> dict[str, tuple[Any, Any]]:
    """By name, what was there before and is another thing now. What one of the two readings did not tell is no difference."""
    if kind == FacetKind.PRICE:
        before, now = before.get("prices", {}), now.get("prices", {})
    names = {"visible"} if kind == FacetKind.VISIBILITY else before.keys() & now.keys()
    return {name: (before.get(name), now.get(name)) for name in sorted(names) if before.get(name) != now.get(name)}


def together(kind: str, before: JSON | None, now: JSON) -> dict[str, Any]:
    """The newest that is known of a facet: a reading may tell less than the one before."""
    if before is None:
        return dict(now)
    if kind == FacetKind.PRICE:
        return {"prices": {**before.get("prices", {}), **now.get("prices", {})}}
    return {**before, **now}


def keep_held(kind: str, payload: JSON, held: JSON | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What a facet should be when a person keeps another value than the catalog's: (desired, what is still kept).

    A kept value holds until the catalog says something else than it said when the person decided; prices one by one.
    """
    if held is None:
        return dict(payload), None
    if kind == FacetKind.PRICE:
        wanted = payload.get("prices", {})
        kept = {code: pair for code, pair in held["prices"].items() if wanted.get(code) == pair[1]}
        if not kept:
            return dict(payload), None
        return {**payload, "prices": {**wanted, **{code: pair[0] for code, pair in kept.items()}}}, {"prices": kept}
    if fingerprint(held["from"]) != fingerprint(payload):
        return dict(payload), None
    return dict(held["keep"]), dict(held)


def hold(kind: str, desired: JSON, held: JSON | None, keep: JSON) -> dict[str, Any]:
    """What is remembered when `keep` takes the place of a facet's `desired`; `held` is what was kept before."""
    if kind == FacetKind.PRICE:
        before = dict(held["prices"]) if held is not None else {}
        said = {code: before[code][1] if code in before else price for code, price in desired["prices"].items()}
        return {"prices": {**before, **{c: [price, said[c]] for c, price in keep["prices"].items() if c in said}}}
    return {"keep": dict(keep), "from": dict(held["from"] if held is not None else desired)}


def is_red(value: int, on_hand: int | None, held: int, units: int) -> bool:
    """The channel shows more units than there are."""
    return on_hand is not None and value > max(0, on_hand - held) // units


def too_many_gone(gone: Collection[int], live: int, rule: GuardRule) -> bool:
    """So many listings are not there any more that rather the answer is wrong than the shop."""
    return len(gone) > max(rule.minimum, math.floor(live * rule.share + 1e-9))


def share_of(live: int, nights: int) -> int:
    """How many listings one night reads, so that all were read after so many nights."""
    return math.ceil(live / nights)
