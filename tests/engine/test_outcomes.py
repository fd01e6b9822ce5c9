"""What becomes of a write when the channel answers differently for each SKU, later, or not at all."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.connectors.base import Batch, Operation, Outcome, SkuOutcome, Verdict
from bridge.engine.context import Lane
from bridge.engine.sync import shops_of
from bridge.errors import ChannelUnavailable, OutcomeUnknown
from bridge.model import OpKind
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.tables import Facet, OperationRow, OperationSku
from tests.engine.checks import assert_bound, assert_quiet, own_clock
from tests.engine.scripted import Script, all_are, fails, lane_of, plan_and_record, scripted, verdicts
from tests.engine.world import World, build_world

DONE, REJECTED, RETRY, UNKNOWN, NEXT, ACCEPTED = (
    Verdict.DONE,
    Verdict.REJECTED,
    Verdict.RETRY,
    Verdict.UNKNOWN,
    Verdict.NEXT,
    Verdict.ACCEPTED,
)
TASTES = ("Asin", "Pedas", "Manis", "Keju")
CODES = [f"M01P001-{number}" for number in range(1, 5)]


@pytest.fixture
def late(store: Store, cipher: Cipher, tmp_path: Path) -> World:
    """A shop whose channel takes writes into a queue."""
    world = build_world(store, cipher, tmp_path / "home", shape="late")
    own_clock(world)
    return world


def four(world: World) -> tuple[int, Script]:
    """A live product with four variants, and a script for what comes next."""
    own_clock(world)
    product = world.add_product("Keripik Tempe", options=TASTES)
    world.sync()
    world.advance_clock(5)
    world.sync()
    return product, scripted(world)


def prices(world: World) -> list[int]:
    return [price for price, _ in world.shown()["Keripik Tempe"].values()]


def sent(script: Script) -> list[list[str]]:
    """The SKUs of each operation, call by call."""
    return [[write.seller_sku for operation in call for write in operation.skus] for call in script.sent]


# --- per SKU ----------------------------------------------------------------------------------------------------------


def test_each_price_is_settled_alone(world: World) -> None:
    product, script = four(world)
    script.submit = [
        verdicts(dict(zip(CODES, (DONE, REJECTED, RETRY, UNKNOWN), strict=True)), retry_after=timedelta(0))
    ]
    world.set_price(product, 17000)
    report = world.sync()
    assert sent(script) == [CODES, CODES[2:]]
    assert (report.code, report.summary()["rejected"]) == (3, 1)
    assert [row.state for row in world.operations()[1:]] == ["done", "done", "rejected"]
    kept = {
        row.seller_sku: (row.operation_id, row.price_idr) for row in world.rows(OperationSku) if row.operation_id > 1
    }
    assert kept == dict(zip(CODES, ((3, 17000), (4, 17000), (2, 17000), (2, 17000)), strict=True)), (
        "all that was sent is kept"
    )
    facet = next(row for row in world.rows(Facet) if row.kind == "price")
    assert facet.applied["prices"] == dict(zip(CODES, (17000, 15000, 17000, 17000), strict=True))
    assert world.sync().summary()["writes"] == 0
    world.set_price(product, 18000)
    assert world.sync().code == 0
    assert prices(world) == [18000] * 4


def test_each_figure_is_settled_alone(world: World) -> None:
    _, script = four(world)
    script.submit = [
        verdicts(dict(zip(CODES, (DONE, REJECTED, RETRY, UNKNOWN), strict=True)), retry_after=timedelta(0))
    ]
    for code in CODES:
        world.count(code, 4)
    report = world.sync()
    assert sent(script) == [CODES, CODES[2:]]
    assert (report.code, report.summary()["rejected"]) == (3, 1)
    ties = [world.tie(code) for code in CODES]
    assert [tie.refused for tie in ties] == [None, 4, None, None]
    assert [tie.may_sell for tie in ties] == [14, 10, 14, 18]  # the refused took nothing; the lost one may still land
    assert [tie.open_writes for tie in ties] == [0, 0, 0, 1]
    assert_bound(world)
    world.advance_clock(5)
    assert world.sync().summary()["writes"] == 0
    world.count(CODES[1], 6)
    assert world.sync().summary()["stock"] == 1
    assert [row.state for row in world.operations()].count("pending") == 0


def test_poison_rows_are_sent_singly(world: World) -> None:
    own_clock(world)
    products = [world.add_product(name) for name in ("Keripik Pisang", "Keripik Tempe", "Keripik Ubi")]
    world.sync()
    script = scripted(world, submit=[all_are(RETRY, code="alone", retry_after=timedelta(0))])
    for product in products:
        world.set_price(product, 20000)
    assert world.sync().summary()["price"] == 3
    assert [len(call) for call in script.sent] == [3, 1, 1, 1]


def test_a_call_never_takes_more_skus_than_the_channel_allows(world: World) -> None:
    own_clock(world)
    for name in ("Keripik Pisang", "Keripik Tempe", "Keripik Ubi"):
        world.add_product(name, options=("Asin", "Pedas"))
    world.sync()
    batch = dict(lane_of(world).connector.capabilities().batch) | {OpKind.PRICE: Batch("values", 20, 3)}
    script = scripted(world, changes={"batch": batch})
    for product in world.products():
        world.set_price(product.id, 20000)
    world.sync()
    assert [len(skus) for skus in sent(script)] == [2, 2, 2]


# --- waiting operations -----------------------------------------------------------------------------------------------


def test_a_newer_step_takes_over_a_waiting_one_sku_by_sku(world: World) -> None:
    _, script = four(world)
    script.submit = [all_are(RETRY, retry_after=timedelta(minutes=10))]
    for code in CODES[:2]:
        world.count(code, 4)
    world.sync()
    for code in CODES[1:3]:
        world.count(code, 6)
    world.sync()
    waiting = world.operations("pending")
    assert [(row.kind, row.attempts) for row in waiting] == [("stock", 1)]
    assert len(script.sent) == 1
    world.advance_clock(601)
    world.sync()
    assert sent(script)[1:] == [CODES[:3]]
    assert [pieces for _, pieces in world.shown()["Keripik Tempe"].values()] == [4, 6, 6, 10]


def test_a_refused_try_merges_into_a_newer_waiting_operation(world: World) -> None:
    _, script = four(world)

    def meanwhile(operations: Sequence[Operation]) -> list[Outcome]:
        """While the call is under way somebody counts two figures, one of them new."""
        for code in CODES[1:3]:
            world.count(code, 7)
        plan_and_record(world)
        return [
            Outcome(each.operation_id, RETRY, each.remote_id, retry_after=timedelta(minutes=10)) for each in operations
        ]

    script.submit = [meanwhile]
    for code in CODES[:2]:
        world.count(code, 4)
    world.sync()
    assert sent(script) == [CODES[:2], CODES[:3]]
    assert [pieces for _, pieces in world.shown()["Keripik Tempe"].values()] == [4, 7, 7, 10]
    assert [row.state for row in world.operations()] == ["done", "dropped", "done"]
    assert_bound(world)


def test_a_lost_figure_that_merges_is_still_sent(world: World) -> None:
    """The range counts a lost write as written; the newer operation has to send it all the same."""
    _, script = four(world)

    def meanwhile(operations: Sequence[Operation]) -> None:
        world.count(CODES[1], 7)
        world.count(CODES[2], 7)
        plan_and_record(world)
        world.count(CODES[1], 4)
        raise OutcomeUnknown("no answer")

    script.submit = [meanwhile]
    for code in CODES[:2]:
        world.count(code, 4)
    world.sync()
    assert sent(script) == [CODES[:2], CODES[:3]]
    assert [pieces for _, pieces in world.shown()["Keripik Tempe"].values()] == [4, 4, 7, 10]
    assert_bound(world)


def test_a_price_that_went_back_before_it_was_sent_is_not_sent(world: World) -> None:
    product, script = four(world)
    script.submit = [all_are(RETRY, retry_after=timedelta(minutes=10))]
    world.set_price(product, 17000)
    world.sync()
    world.set_price(product, 15000)
    world.advance_clock(601)
    world.sync()
    assert len(script.sent) == 1
    assert prices(world) == [15000] * 4
    assert [row.state for row in world.operations()] == ["done", "dropped"]


def test_a_lost_price_that_went_back_is_sent_as_it_is_now(world: World) -> None:
    product, script = four(world)

    def lost(operations: Sequence[Operation]) -> None:
        lane_of(world).connector._inner.submit(operations)  # it arrived, and nobody knows
        world.set_price(product, 15000)
        plan_and_record(world)
        raise OutcomeUnknown("no answer")

    script.submit = [lost]
    world.set_price(product, 17000)
    world.sync()
    assert prices(world) == [15000] * 4
    world.advance_clock(5)
    assert_quiet(world)


def test_a_create_of_what_may_not_be_sold_any_more_is_not_sent(world: World) -> None:
    own_clock(world)
    product = world.add_product("Keripik Pisang")
    script = scripted(world, submit=[all_are(RETRY, retry_after=timedelta(minutes=10))])
    world.sync()
    forbid(world, product)
    world.advance_clock(601)
    world.sync()
    assert (len(script.sent), world.shown()) == (1, {})


def forbid(world: World, product_id: int) -> None:
    """The office finds that a product may not be sold."""
    from bridge.store.catalog import touch_product
    from bridge.store.tables import Product

    with world.engine.store.write() as session:
        product = session.get_one(Product, product_id)
        product.publishable, product.reasons = False, ["E_PROHIBITED"]
        touch_product(session, product, world.engine.clock())


# --- creates in steps -------------------------------------------------------------------------------------------------


def test_a_chain_that_is_put_off_in_the_middle_keeps_ticket_and_figures(world: World) -> None:
    own_clock(world)
    world.add_product("Keripik Tempe", options=TASTES)
    script = scripted(world)
    put_off: list[OperationRow] = []

    def retry(operations: Sequence[Operation]) -> list[Outcome]:
        put_off.extend(world.operations("inflight"))
        return [Outcome(operations[0].operation_id, RETRY, operations[0].remote_id, retry_after=timedelta(seconds=5))]

    script.submit = [lambda _: None, retry, fails(ChannelUnavailable("down", timedelta(seconds=5)))]
    world.sync()
    assert put_off[0].ticket == "variants"
    assert len({operation.ticket for call in script.sent[1:4] for operation in call}) == 1
    assert [row.state for row in world.operations()] == ["done"]
    assert [pieces for _, pieces in world.shown()["Keripik Tempe"].values()] == [10] * 4
    assert {tie.may_sell for tie in map(world.tie, CODES)} == {10}
    world.advance_clock(5)
    assert_quiet(world)


def test_a_chain_whose_answer_was_lost_goes_on_where_it_stands(world: World) -> None:
    own_clock(world)
    world.add_product("Keripik Tempe", options=TASTES)
    script = scripted(world)
    script.submit = [lambda _: None, fails(OutcomeUnknown("no answer"))]
    world.sync()
    assert "look_up" in script.asked
    assert [row.state for row in world.operations()] == ["done"]
    world.advance_clock(5)
    assert_quiet(world)


def test_one_absent_look_between_two_unsure_ones_is_not_believed(world: World) -> None:
    """A create is sent again only after two looks in a row that found nothing."""
    own_clock(world)
    world.add_product("Keripik Pisang")
    absent, unsure = all_are(RETRY, retry_after=timedelta(seconds=1)), all_are(UNKNOWN)
    script = scripted(
        world, submit=[fails(OutcomeUnknown("no answer"))], look_up=[unsure, absent, unsure, absent, absent]
    )
    world.sync()
    assert script.asked == ["look_up"] * 5
    assert len(script.sent) == 2
    assert list(world.shown()) == ["Keripik Pisang"]


def test_what_cannot_be_found_is_looked_for_less_and_less_often(world: World) -> None:
    clock = own_clock(world)
    world.add_product("Keripik Pisang")
    script = scripted(world, submit=[fails(OutcomeUnknown("no answer"))], look_up=[all_are(UNKNOWN)] * 50)
    assert world.sync().code == 4
    assert (world.operations()[0].state, len(script.asked) < 6) == ("unknown", True)
    for _ in range(12):
        clock.advance(86_400)
        world.sync()
    assert len(script.asked) < 24
    script.look_up.clear()
    clock.advance(86_400)
    world.sync()
    assert list(world.shown()) == ["Keripik Pisang"]


def test_a_search_that_fails_does_not_hold_up_other_work(world: World) -> None:
    own_clock(world)
    world.add_product("Keripik Pisang")
    world.sync()
    world.add_product("Keripik Tempe")
    down = fails(OutcomeUnknown("search is down"))
    scripted(world, submit=[fails(OutcomeUnknown("no answer"))], look_up=[down] * 9)
    assert world.sync().code == 4  # work is left, and the channel is why
    world.count("M01P001", 3)
    world.advance_clock(5)
    world.sync()
    assert world.shown()["Keripik Pisang"]["M01P001"][1] == 3


# --- accepted ---------------------------------------------------------------------------------------------------------


def test_what_a_channel_queues_is_asked_for_until_it_is_there(late: World) -> None:
    product = late.add_product("Keripik Pisang")
    script = scripted(late)
    late.sync()
    assert "poll" in script.asked
    assert late.shown() == {"Keripik Pisang": {"M01P001": (15000, 10)}}
    late.set_price(product, 17000)
    late.count("M01P001", 4)
    late.sync()
    late.advance_clock(5)
    assert_quiet(late)


def test_past_its_deadline_a_figure_is_sent_again_as_it_is_now(late: World) -> None:
    late.add_product("Keripik Pisang")
    late.sync()
    late.advance_clock(5)
    late.sync()
    taken = all_are(ACCEPTED, ticket="q1", retry_after=timedelta(seconds=30), deadline=timedelta(minutes=5))
    script = scripted(late, submit=[taken], poll=[all_are(ACCEPTED)] * 2)
    late.count("M01P001", 4)
    late.sync()
    assert [(row.state, row.ticket) for row in late.operations()][1:] == [("accepted", "q1")]
    late.count("M01P001", 6)
    late.advance_clock(400)
    late.sync()
    assert [call[0].skus[0].stock for call in script.sent] == [{"": 4}, {"": 6}]
    assert [call[0].ticket for call in script.sent] == ["", ""]
    assert late.shown()["Keripik Pisang"]["M01P001"][1] == 6
    tie = late.tie("M01P001")
    assert (tie.may_sell, tie.open_writes) == (20, 1)  # 10 shown before, and 4 and 6, one of which may still land
    late.advance_clock(700)
    late.sync()
    late.advance_clock(5)
    late.sync()
    late.advance_clock(5)
    assert_quiet(late)


def test_a_second_try_gets_a_deadline_of_its_own(late: World) -> None:
    product = late.add_product("Keripik Pisang")
    late.sync()
    taken = all_are(ACCEPTED, ticket="q1", retry_after=timedelta(seconds=30), deadline=timedelta(minutes=5))
    script = scripted(late, submit=[taken, taken], poll=[all_are(ACCEPTED)] * 9)
    late.set_price(product, 17000)
    late.sync()
    late.advance_clock(400)
    late.sync()
    assert len(script.sent) == 2
    assert late.operations()[-1].deadline > late.engine.clock()
    assert late.operations()[-1].state == "accepted"


def test_a_queue_that_gives_up_lets_the_figure_go_out_again(late: World) -> None:
    late.add_product("Keripik Pisang")
    late.sync()
    late.advance_clock(5)
    late.sync()
    taken = all_are(ACCEPTED, ticket="q1", retry_after=timedelta(seconds=5))
    script = scripted(late, submit=[taken], poll=[all_are(RETRY, retry_after=timedelta(0))])
    late.count("M01P001", 4)
    late.sync()
    assert [call[0].ticket for call in script.sent] == ["", ""]
    assert late.tie("M01P001").may_sell == 14
    assert_bound(late)


def test_what_a_queue_was_never_given_is_not_done_with_the_rest(late: World) -> None:
    """One price is locked while the other is queued; the queue's answer says nothing about the locked one."""
    product = late.add_product("Keripik Tempe", options=("Asin", "Pedas"))
    late.sync()

    def halves(operations: Sequence[Operation]) -> list[Outcome]:
        operation = operations[0]
        locked = SkuOutcome(operation.skus[1].listing_sku_id, RETRY, code="locked")
        return [
            Outcome(
                operation.operation_id, ACCEPTED, operation.remote_id, (locked,), "q1", retry_after=timedelta(seconds=5)
            )
        ]

    script = scripted(late, submit=[halves], poll=[all_are(DONE)])
    late.set_price(product, 17000)
    late.sync()
    assert sent(script) == [["M01P001-1", "M01P001-2"], ["M01P001-2"]]
    assert late.operations()[-1].state == "done"


def test_a_queue_that_cannot_be_asked_is_asked_again_later(late: World) -> None:
    product = late.add_product("Keripik Pisang")
    late.sync()
    script = scripted(late, poll=[fails(OutcomeUnknown("down")), *[fails(ChannelUnavailable("down"))] * 2])
    late.set_price(product, 17000)
    assert late.sync().code == 4
    assert late.operations("accepted")
    late.advance_clock(600)
    assert late.sync().code == 0
    assert late.shown()["Keripik Pisang"]["M01P001"][0] == 17000
    assert script.asked.count("poll") == 4


# --- leases -----------------------------------------------------------------------------------------------------------


def test_two_runs_of_one_process_do_not_share_a_shop(world: World) -> None:
    lane = lane_of(world)
    assert lane.enter()
    assert world.sync().code == 7
    lane.leave()
    assert world.sync().code == 0


def test_a_runner_that_lost_the_shop_in_a_call_settles_nothing(world: World) -> None:
    _, script = four(world)
    successor: list[Lane] = []

    def overtaken(operations: Sequence[Operation]) -> list[Outcome]:
        """The call takes so long that the lease runs out; somebody else recovers the operation and sends it again."""
        world.forget_leases()
        script.submit = []
        fresh = World(world.engine, world.market)
        assert fresh.sync().code == 0
        successor.append(Lane(engine=world.engine, shop=shops_of(world.engine)[0]))
        return [Outcome(each.operation_id, REJECTED, each.remote_id, code="late") for each in operations]

    script.submit = [overtaken]
    world.count(CODES[0], 4)
    report = world.sync()
    assert report.code == 7
    assert [row.state for row in world.operations()] == ["done", "done"]
    assert world.tie(CODES[0]).refused is None
    assert_bound(world)
