"""Asking a channel what some listings of ours show now, some ids at a time."""

from collections.abc import Sequence

from bridge.connectors.base import Find
from bridge.engine.context import Lane
from bridge.engine.judging import Reading
from bridge.store.tables import Listing

PIECE = 50  # ids asked for at a time; between two pieces the budget is looked at


def read_piece(lane: Lane, listings: Sequence[Listing], most: int | None) -> tuple[list[Reading], bool]:
    """Readings by id, and whether all were asked for before the calls ran out."""
    lane.engine.go_on()
    known = {str(each.remote_item_id): each for each in listings}
    at, readings = lane.engine.clock(), dict[int, Reading]()
    for remote in lane.connector.listings(Find.ID, list(known), None):
        if remote.remote_id in known:
            key = known[remote.remote_id].id or 0
            readings[key] = Reading(key, remote, at)
        if most is not None and lane.count.reads >= most and len(readings) < len(known):
            return list(readings.values()), False
    return list(readings.values()), True


def read_listings(lane: Lane, listings: Sequence[Listing]) -> list[Reading]:
    """Readings of all of them, whatever it costs."""
    starts = range(0, len(listings), PIECE)
    return [found for start in starts for found in read_piece(lane, listings[start : start + PIECE], None)[0]]
