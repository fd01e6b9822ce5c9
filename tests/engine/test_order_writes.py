"""Shipping and cancelling: written down before it is sent, sent once, read back, and told how it ended."""

from datetime import timedelta
from typing import Any

import pytest

from bridge.connectors.base import Outcome, Verdict
from bridge.engine.changing import try_again
from bridge.engine.order_writes import OrderWrite, Written, find_order, must_fit, to_ship, under_way, write_orders
from bridge.engine.refusals import refused
from bridge.errors import OutcomeUnknown, UserError
from bridge.model import OpKind
from bridge.store.catalog import row_id
from bridge.store.tables import Order
from tests.engine.checks import own_clock
from tests.engine.scripted import all_are, lane_of, scripted
from tests.engine.world import World


@pytest.fixture
def shop(world: World) -> World:
    """A live listing of ten pieces whose write is covered."""
    own_clock(world)
    world.add_product("Keripik Pisang")
    world.sync()
    world.sync()
    return world


on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing in it depends on the database


def bought(shop: World, pieces: int = 3, paid: bool = True) -> str:
    code = shop.codes(1)[0]
    number = shop.market.buy(shop.shop, {code: pieces}, paid=paid)
    shop.sync()
    return number


def wanted(shop: World, number: str, kind: OpKind = OpKind.SHIP, **payload: str) -> OrderWrite:
    order, view = find_order(shop.engine, number)
    return OrderWrite(row_id(order), number, view, kind, payload)


def write(shop: World, number: str, kind: OpKind = OpKind.SHIP, **payload: str) -> Written:
    return write_orders(shop.engine, [wanted(shop, number, kind, **payload)], wait_s=5)


def states(shop: World, kind: OpKind = OpKind.SHIP) -> list[str]:
    return [row.state for row in shop.operations() if row.kind == kind.value]


def order_of(shop: World, number: str) -> Order:
    return next(row for row in shop.rows(Order) if row.remote_order_id == number)


def test_a_shipment_is_sent_and_its_order_read_back(shop: World) -> None:
    number, code = bought(shop), shop.codes(1)[0]
    result = write(shop, number, tracking_number="R1", courier="JNE")
    assert ([each.state for each in result.endings], result.code) == (["done"], 0)
    assert order_of(shop, number).status == "SHIPPED"
    assert (shop.balance(code).on_hand, shop.balance(code).held) == (7, 0)
    assert [row.payload for row in shop.operations() if row.kind == "ship"] == [
        {"tracking_number": "R1", "courier": "JNE"}
    ]


@on_one
def test_a_cancelled_order_gives_its_pieces_back_and_the_figure_is_written_anew(shop: World) -> None:
    number, code = bought(shop), shop.codes(1)[0]
    result = write(shop, number, OpKind.CANCEL, reason="out of stock")
    assert result.code == 0
    assert (shop.balance(code).on_hand, shop.balance(code).held) == (10, 0)
    listing = shop.market.rows("listing", shop.shop)[0]
    for sku in listing["skus"]:  # as a channel that empties the listing does
        sku["stock"] = dict.fromkeys(sku["stock"], 0)
    shop.market.put("listing", listing)
    shop.sync()
    assert shop.shown()["Keripik Pisang"][code][1] == 10


def test_a_lost_answer_is_looked_up_and_not_sent_again(shop: World) -> None:
    number, script = bought(shop), scripted(shop)

    def lost(operations: Any) -> Any:
        shop.market.move(number, "ship")
        raise OutcomeUnknown("no answer")

    script.submit.append(lost)
    result = write(shop, number)
    assert (result.endings[0].state, len(script.sent), script.asked) == ("done", 1, ["look_up"])


@on_one
def test_what_never_arrived_is_sent_once_more(shop: World) -> None:
    number, script = bought(shop), scripted(shop)

    def lost(operations: Any) -> Any:
        raise OutcomeUnknown("no answer")

    script.submit.append(lost)
    result = write(shop, number)
    assert (result.endings[0].state, len(script.sent), script.asked) == ("done", 2, ["look_up", "look_up"])


@on_one
def test_a_refusal_is_told_with_its_meaning_and_can_be_tried_again(shop: World) -> None:
    number, script = bought(shop), scripted(shop)
    script.submit.append(all_are(Verdict.REJECTED, code="status", message="not yet"))
    result = write(shop, number)
    assert (result.endings[0].state, result.endings[0].message, result.code) == ("rejected", "not yet", 3)
    (row,) = refused(shop.engine)
    assert (row.title, row.kind) == (number, "ship")
    assert try_again(shop.engine, None, force=False) == (0, 0)
    assert try_again(shop.engine, None, force=True) == (1, 0)
    shop.sync()
    assert states(shop) == ["done"]
    assert order_of(shop, number).status in ("PAID", "SHIPPED")


def test_a_refusal_is_forgotten_once_nothing_is_left_to_do(shop: World) -> None:
    number, script = bought(shop), scripted(shop)
    script.submit.append(all_are(Verdict.REJECTED, code="status"))
    write(shop, number)
    shop.market.move(number, "ship")
    shop.sync()
    assert refused(shop.engine) == []


@on_one
def test_what_the_channel_puts_off_waits_and_a_later_run_sends_it(shop: World) -> None:
    number, script = bought(shop), scripted(shop)
    script.submit.append(all_are(Verdict.RETRY, code="locked", retry_after=timedelta(hours=1)))
    result = write(shop, number)
    assert (result.endings[0].state, result.code) == ("waiting", 4)
    again = write(shop, number)
    assert (again.endings[0].state, len(script.sent), len(states(shop))) == ("waiting", 1, 1)
    shop.engine.sleep(3700)
    shop.sync()
    assert states(shop) == ["done"]


def test_where_another_run_holds_the_shop_it_gets_the_write(shop: World) -> None:
    number, holder = bought(shop), lane_of(shop)
    assert holder.enter()
    result = write(shop, number)
    assert (result.endings[0].state, result.code, states(shop)) == ("handed", 7, ["pending"])
    holder.leave()
    shop.sync()
    assert states(shop) == ["done"]


def test_a_cancellation_ends_a_shipment_that_was_not_sent(shop: World) -> None:
    number, holder = bought(shop), lane_of(shop)
    assert holder.enter()
    write(shop, number)
    holder.leave()
    result = write(shop, number, OpKind.CANCEL, reason="x")
    assert (result.code, states(shop), states(shop, OpKind.CANCEL)) == (0, ["dropped"], ["done"])


@on_one
def test_nothing_else_of_the_shop_is_sent(shop: World) -> None:
    number, code = bought(shop), shop.codes(1)[0]
    shop.count(code, 50)
    holder = lane_of(shop)
    assert holder.enter()
    shop.sync()  # writes the figure down for the holder
    holder.leave()
    assert write(shop, number).code == 0
    assert [row.kind for row in shop.operations("pending")] == ["stock"]


@on_one
@pytest.mark.parametrize("kind", [OpKind.SHIP, OpKind.CANCEL])
def test_of_an_order_that_is_over_nothing_can_be_done(shop: World, kind: OpKind) -> None:
    number = bought(shop)
    shop.market.move(number, "ship")
    shop.sync()
    with pytest.raises(UserError, match="nothing is left"):
        must_fit(shop.engine, wanted(shop, number, kind))


@on_one
def test_an_order_nobody_knows_is_refused(shop: World) -> None:
    with pytest.raises(UserError, match="no order"):
        find_order(shop.engine, "404")


@on_one
def test_a_channel_that_takes_no_shipments_says_so(shop: World) -> None:
    number, script = bought(shop), scripted(shop)
    can = lane_of(shop).connector.capabilities().batch
    script.changes = {"batch": {kind: each for kind, each in can.items() if kind is not OpKind.SHIP}}
    with pytest.raises(UserError, match="seller centre"):
        must_fit(shop.engine, wanted(shop, number))


@on_one
def test_all_that_is_paid_is_what_the_channels_file_says(shop: World) -> None:
    numbers = [bought(shop, 1), bought(shop, 1)]
    bought(shop, 1, paid=False)
    folder = shop.engine.settings.home / "config" / "channels"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.toml").write_text('[orders]\nto_ship = ["PAID"]\n', encoding="utf-8")
    views = [find_order(shop.engine, numbers[0])[1]]
    found = to_ship(shop.engine, views, {})
    assert [each.number for each in found] == numbers
    result = write_orders(shop.engine, found, wait_s=5)
    assert [each.state for each in result.endings] == ["done", "done"]
    assert to_ship(shop.engine, views, {}) == []
    with shop.engine.store.read() as session:
        assert not under_way(session, found[0].order_id, OpKind.SHIP)


@on_one
def test_an_outcome_needs_no_listing(shop: World) -> None:
    """A write about an order has no SKUs: its verdict is the operation's own."""
    number, script = bought(shop), scripted(shop)
    script.submit.append(lambda operations: [Outcome(each.operation_id, Verdict.DONE, "other") for each in operations])
    assert write(shop, number).endings[0].state == "done"
    assert order_of(shop, number).remote_order_id == number


@on_one
@pytest.mark.parametrize("arrived", [True, False])
def test_a_shipment_that_was_interrupted_is_finished_by_the_next_command(shop: World, arrived: bool) -> None:
    number, script = bought(shop), scripted(shop)

    def die(operations: Any) -> Any:
        if arrived:
            shop.market.move(number, "ship")
        raise KeyboardInterrupt

    script.submit.append(die)
    with pytest.raises(KeyboardInterrupt):
        write(shop, number)
    assert states(shop) == ["inflight"]
    assert write(shop, number).endings[0].state == "done"
    assert (len(states(shop)), len(script.sent)) == (1, 1 if arrived else 2)


@on_one
def test_what_the_channel_refuses_because_it_is_over_is_told_as_refused(shop: World) -> None:
    number = bought(shop)
    shop.market.move(number, "ship")  # and nobody has pulled it yet
    result = write(shop, number, OpKind.CANCEL, reason="x")
    assert (result.endings[0].state, result.endings[0].message[:5], result.code) == ("rejected", "the o", 3)
    assert refused(shop.engine) == []


@on_one
def test_a_write_of_which_a_pull_leaves_nothing_is_told_as_over(shop: World) -> None:
    number, script = bought(shop), scripted(shop)
    script.submit.append(all_are(Verdict.RETRY, retry_after=timedelta(hours=1)))
    assert write(shop, number).endings[0].state == "waiting"
    shop.market.move(number, "ship")
    again = write_orders(shop.engine, [wanted(shop, number)], wait_s=5)
    assert (again.endings[0].state, again.code, states(shop)) == ("over", 3, ["dropped"])
