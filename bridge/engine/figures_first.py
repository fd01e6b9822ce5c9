"""Stock figures that were read right before they are written: an edit by hand, or just a buyer whose order we do not know yet?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bridge.engine.adopting import total
from bridge.engine.context import Lane
from bridge.engine.judging import Question, Reading
from bridge.engine.pull import pull_orders
from bridge.engine.ranges import range_of
from bridge.planning.stock_range import StockRange, has_news, lies_outside
from bridge.store.figures import stock_of
from bridge.store.first_look import remote_skus
from bridge.store.listings import chunks
from bridge.store.orders import cursor_of

LONGEST_LAG = timedelta(minutes=2)  # of a channel's order list; where it is longer, figures are not judged
NAP = timedelta(seconds=20)


def cover_figures(
    lane: Lane, readings: Sequence[Reading], questions: Mapping[int, Question]
) -> tuple[bool, frozenset[int]]:
    """Whether the figures may be judged now, and those of which nothing can be said: the next run looks at them again.

    A figure within its range is no edit. Only for one outside the orders are read once more, after the list's lag. Where another
    run holds the shop nobody waits for that.
    """
    values, can = values_of(lane, readings, questions), lane.connector.capabilities()
    odd = outside(values, {key: each.before for key, each in questions.items()})
    if not odd or can.orders_by is None or can.list_lag > LONGEST_LAG:
        return False, frozenset()
    until = max(reading.at for reading in readings) + can.list_lag
    if lane.lease is None or not pull_covering(lane, until):
        return False, odd
    with lane.engine.store.read() as session:
        now = {row.listing_sku_id: range_of(row) for some in chunks(odd) for row in stock_of(session, some)}
    return True, frozenset(key for key in outside(values, now) if has_news(questions[key].before, now[key]))


def values_of(lane: Lane, readings: Sequence[Reading], questions: Mapping[int, Question]) -> dict[int, int]:
    """By ListingSku, the figure that the channel told, of those that may be judged."""
    with lane.engine.store.read() as session:
        keys = remote_skus(session, questions)
    told = {(each.listing_id, sku.remote_sku_id): total(sku.stock) for each in readings for sku in each.remote.skus}
    return {key: value for place, key in keys.items() if (value := told.get(place)) is not None}


def outside(values: Mapping[int, int], ranges: Mapping[int, StockRange]) -> frozenset[int]:
    """The figures that are known to lie outside their ranges."""
    return frozenset(key for key, value in values.items() if key in ranges and lies_outside(ranges[key], value))


def pull_covering(lane: Lane, until: datetime) -> bool:
    """Reads all orders once the list has caught up; whether the pull saw every one."""
    while (rest := until - lane.engine.clock()) > timedelta(0):
        lane.engine.go_on()
        lane.before_call(NAP)  # the shop is not lost meanwhile
        lane.engine.sleep(min(rest, NAP).total_seconds())
    pull_orders(lane)
    with lane.engine.store.read() as session:
        cursor = cursor_of(session, lane.shop.shop_id)
    return cursor is not None and cursor.covered_at is not None and cursor.covered_at >= until
