"""Edits by hand in the seller centre: found by a reading, kept or written over as the office wants, never by accident."""

from typing import Any

import pytest

from bridge.engine.auditing import AuditReport, audit_shops
from bridge.engine.context import Lane
from bridge.engine.drifting import Difference, differences_of, keep_ours, keep_theirs
from bridge.engine.sync import plan_shops, shops_of
from bridge.errors import UserError
from bridge.store.tables import DriftRow, Facet, Listing
from tests.engine.world import World


def audit(world: World, **more: Any) -> AuditReport:
    """A night's reading over all shops."""
    return audit_shops(world.engine, shops_of(world.engine), **more)


def settled(world: World) -> str:
    """One product on the shop, covered and read once; gives the channel's id."""
    world.add_product("Keripik Pisang", stock=10)
    world.sync()
    world.advance(60)
    world.sync()
    assert audit(world).code == 0
    assert differences_of(world.engine) == []
    world.advance(60)
    return str(world.rows(Listing)[0].remote_item_id)


def found(world: World) -> list[Difference]:
    return differences_of(world.engine)


def price_and_stock(world: World) -> tuple[int, int]:
    return world.shown()["Keripik Pisang"]["M01P001"]


def test_a_price_changed_by_hand_waits_for_a_person_and_is_not_written_over(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, price_idr=12000)
    assert world.sync().summary()["writes"] == 0
    audit(world)
    [row] = found(world)
    assert (row.kind, row.state, dict(row.values), row.red) == ("price", "waiting", {"M01P001": (15000, 12000)}, False)
    world.set_price(world.products()[0].id or 0, 16000)
    world.sync()
    assert price_and_stock(world)[0] == 12000
    assert keep_ours(world.engine, "M01P001", None, None, None) == 1
    [step] = plan_shops(world.engine, shops_of(world.engine)).runs[0].plan.steps  # type: ignore[union-attr]
    assert (step.skus[0].old_price_idr, step.skus[0].price_idr) == (12000, 16000)
    world.sync()
    assert price_and_stock(world)[0] == 16000
    assert found(world) == []
    world.advance(60)
    audit(world)
    assert found(world) == []


def test_their_price_is_kept_until_the_sheet_says_another_one(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, price_idr=12000)
    audit(world)
    keep_theirs(world.engine, remote_id, None, None, "price")
    world.set_price(world.products()[0].id or 0, 15000)  # mapped again, with the same price
    assert world.sync().summary()["writes"] == 0
    audit(world)
    assert found(world) == []
    world.set_price(world.products()[0].id or 0, 17000)
    world.sync()
    assert price_and_stock(world)[0] == 17000


def test_a_price_that_goes_back_by_itself_is_no_difference_any_more(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, price_idr=12000)
    audit(world)
    world.market.edit(remote_id, price_idr=15000)
    audit(world)
    assert found(world) == []
    assert [row.decided for row in world.rows(DriftRow)] == ["back"]


def test_a_raised_stock_is_red_and_ours_is_written_with_the_next_run(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, stock=50)
    audit(world)
    [row] = found(world)
    assert (row.kind, row.red, row.state, dict(row.values)) == ("stock", True, "ours", {"stock": (10, 50)})
    world.sync()
    assert price_and_stock(world)[1] == 10
    assert found(world) == []


def test_what_a_buyer_bought_is_never_drift(world: World) -> None:
    settled(world)
    world.market.buy(world.shop, {"M01P001": 3})
    audit(world)
    assert found(world) == []
    world.advance(60)
    world.sync()
    audit(world)
    assert found(world) == []
    tie = world.tie("M01P001")
    assert ((tie.base or 0) - tie.first_booked, tie.may_sell, tie.seen) == (7, 7, 7)


def test_a_sale_while_the_shop_is_read_says_nothing_and_is_read_again(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, stock=50)
    bought: list[str] = []
    calls: list[str] = []

    def buy(label: str) -> None:
        """A buyer comes right after the reading, before its covering pull."""
        calls.extend([label] if label == "http:after-receive" else [])
        if len(calls) == 2 and not bought:  # the first call was the pull before
            bought.append(world.market.buy(world.shop, {"M01P001": 1}))

    world.engine.reach = buy
    audit(world)
    world.engine.reach = lambda _label: None
    assert bought
    assert found(world) == []
    audit(world)
    assert [row.kind for row in found(world)] == ["stock"]


def test_stock_waits_for_a_person_where_the_office_wants_to_be_asked(world: World) -> None:
    world.engine.settings.drift_stock = "ask"
    remote_id = settled(world)
    world.market.edit(remote_id, stock=4)
    audit(world)
    assert [(row.state, row.red) for row in found(world)] == [("waiting", False)]
    assert world.sync().summary()["writes"] == 0
    world.market.buy(world.shop, {"M01P001": 1})
    world.advance(60)
    assert world.sync().summary()["writes"] == 0
    keep_theirs(world.engine, "M01P001", None, None, None)
    world.advance(60)
    world.sync()
    assert price_and_stock(world)[1] == 4
    assert world.balance("M01P001").on_hand == 5


def test_hidden_by_hand_is_shown_again_only_when_a_person_wants_it(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, visible=False)
    audit(world)
    assert [(row.kind, row.state) for row in found(world)] == [("visibility", "waiting")]
    keep_ours(world.engine, "M01P001", None, None, None)
    world.sync()
    assert world.market.state(world.shop)["listing"][0]["visible"]


def test_a_title_changed_by_hand_is_found_and_ours_goes_over_it(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, title="Keripik MURAH")
    audit(world)
    [row] = found(world)
    assert dict(row.values) == {"title": ("Keripik Pisang", "Keripik MURAH")}
    keep_ours(world.engine, remote_id, None, None, None)
    world.sync()
    assert "Keripik Pisang" in world.shown()


def test_the_policy_decides_without_asking(world: World) -> None:
    world.engine.settings.drift_price, world.engine.settings.drift_stock = "ours", "theirs"
    remote_id = settled(world)
    world.market.edit(remote_id, price_idr=12000, stock=4)
    audit(world)
    world.sync()
    assert price_and_stock(world) == (15000, 4)
    assert world.balance("M01P001").on_hand == 4


def test_a_write_of_ours_begins_the_comparison_anew(world: World) -> None:
    settled(world)
    world.set_price(world.products()[0].id or 0, 18000)
    world.sync()
    world.advance(5)
    audit(world)
    assert found(world) == []
    price = next(row for row in world.rows(Facet) if row.kind == "price")
    assert price.seen == {"prices": {"M01P001": 18000}}


def test_a_listing_that_is_gone_waits_and_is_made_again_only_on_demand(world: World) -> None:
    remote_id = settled(world)
    world.add_product("Keripik Tempe")
    world.sync()
    with world.market.transaction() as db:
        db.execute("DELETE FROM thing WHERE kind='listing' AND id=?", (remote_id,))
    assert audit(world, full=True).code == 0
    assert [(row.kind, row.state) for row in found(world)] == [("missing", "waiting")]
    world.set_price(world.products()[0].id or 0, 18000)
    world.sync()
    assert sorted(world.shown()) == ["Keripik Tempe"]
    assert keep_ours(world.engine, "M01P001", None, None, None) == 1
    world.sync()
    world.advance(60)
    world.sync()
    assert sorted(world.shown()) == ["Keripik Pisang", "Keripik Tempe"]


def test_an_empty_answer_is_not_believed(world: World) -> None:
    for number in range(5):
        world.add_product(f"Keripik {number}")
    world.sync()
    with world.market.transaction() as db:
        db.execute("DELETE FROM thing WHERE kind='listing'")
    report = audit(world, full=True)
    assert report.code == 6
    assert found(world) == []
    assert world.sync().summary()["created"] == 0


def test_what_is_not_ours_is_told_and_left_alone(world: World) -> None:
    settled(world)
    other = world.market.add_listing(world.shop, "Barang Lain", "LAIN-1", 9000, 4)
    audit(world, full=True)
    assert [(row.kind, row.title) for row in found(world)] == [("unknown", "Barang Lain")]
    with pytest.raises(UserError):
        keep_ours(world.engine, other, None, None, None)
    keep_theirs(world.engine, other, None, None, None)
    audit(world, full=True)
    assert found(world) == []


def test_seven_nights_read_everything_within_their_calls(world: World) -> None:
    for number in range(14):
        world.add_product(f"Keripik {number}")
    world.sync()
    world.advance(60)
    for _ in range(7):
        report = audit(world)
        assert [each.read for each in report.shops.values()] == [2]
        assert [each.calls for each in report.shops.values()] == [1]
        world.advance(86400)
    assert all(row.audited_at is not None for row in world.rows(Listing))


def test_what_was_written_is_read_first(world: World) -> None:
    for number in range(14):
        world.add_product(f"Keripik {number}")
    world.sync()
    world.advance(60)
    audit(world)
    world.advance(60)
    world.set_price(world.products()[13].id or 0, 18000)
    world.sync()
    world.advance(60)
    audit(world)
    assert world.rows(Listing)[13].audited_at is not None


def test_a_shop_that_another_run_holds_is_left_out(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, price_idr=12000)
    lane = Lane(engine=world.engine, shop=shops_of(world.engine)[0])
    assert lane.enter()
    assert audit(world).code == 7
    assert found(world) == []


def test_a_night_without_changes_writes_nothing_and_dirties_nothing(world: World) -> None:
    settled(world)
    audit(world)
    assert not world.tie("M01P001").stock_dirty
    assert world.sync().summary()["writes"] == 0


def test_a_figure_that_was_written_while_the_shop_was_read_says_nothing(world: World) -> None:
    remote_id = settled(world)
    world.market.edit(remote_id, stock=50)
    calls: list[str] = []

    def write(label: str) -> None:
        """Another run sends the same figure again between the reading and its judgement."""
        calls.extend([label] if label == "http:after-receive" else [])
        if len(calls) == 2:
            world.engine.reach = lambda _label: None
            world.count("M01P001", 9)
            world.sync()

    world.engine.reach = write
    audit(world)
    assert found(world) == []
    assert price_and_stock(world)[1] == 9
