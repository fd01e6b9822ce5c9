"""Where the office has set `theirs` or `ask`, an edit by hand just before a run is not written over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from bridge.engine.auditing import audit_shops
from bridge.engine.context import Lane, no_probe
from bridge.engine.drifting import differences_of, keep_ours
from bridge.engine.hurry import push_stock, urgent_shops
from bridge.engine.reacting import Reactor
from bridge.engine.sync import shops_of
from bridge.errors import ChannelUnavailable, OutcomeUnknown
from bridge.sandbox import start_in_thread
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.tables import Listing, Product
from tests.engine.sandbox_market import SandboxMarket, build_sandbox_world
from tests.engine.world import PICTURE, World

KEPT = "{shop}: {count} values were changed in the seller centre and are left as they are. See jembatan drift"


def on_sale(world: World, options: tuple[str, ...] = ()) -> str:
    """One product on the shop, its figures covered, never read; gives the channel's id."""
    world.add_product("Keripik Pisang", stock=10, options=options, pictures=[PICTURE])
    for _ in range(3):
        assert world.sync().code == 0
        world.advance(120)
    return str(world.rows(Listing)[0].remote_item_id)


def waiting(world: World) -> list[tuple[str, dict[str, object]]]:
    """What waits for a person."""
    return [(row.kind, dict(row.values)) for row in differences_of(world.engine) if row.state == "waiting"]


def shown(world: World, code: str = "M01P001") -> tuple[int, int]:
    """Price and pieces."""
    [skus] = world.shown().values()
    return skus[code]


def rename(world: World, name: str) -> None:
    """The merchant calls the product otherwise."""
    with world.engine.store.write() as session:
        session.execute(update(Product).values(name=name))
        session.execute(update(Listing).values(stale=True).where(col(Listing.id) > 0))


def test_a_price_changed_just_before_a_run_waits_for_a_person(world: World) -> None:
    world.engine.settings.drift_price = "ask"
    world.market.edit(on_sale(world), price_idr=12000)
    world.set_price(1, 16000)
    report = world.sync()
    assert (report.code, report.summary()["writes"], report.summary()["price"]) == (0, 0, 0)
    assert shown(world)[0] == 12000
    assert waiting(world) == [("price", {"M01P001": (15000, 12000)})]
    assert [told.template for told in report.runs[0].told] == [KEPT]
    assert world.sync().runs[0].told == []
    keep_ours(world.engine, "M01P001", None, None, None)
    world.sync()
    assert shown(world)[0] == 16000


def test_their_price_is_kept_until_the_sheet_says_another_one(world: World) -> None:
    world.engine.settings.drift_price = "theirs"
    world.market.edit(on_sale(world), price_idr=12000)
    world.set_price(1, 16000)
    for _ in range(2):
        assert world.sync().summary()["writes"] == 0
        assert (shown(world)[0], differences_of(world.engine)) == (12000, [])
        world.advance(60)
    world.set_price(1, 17000)
    world.sync()
    assert shown(world)[0] == 17000


def test_of_two_variants_only_the_edited_price_is_kept(world: World) -> None:
    world.engine.settings.drift_price = "theirs"
    on_sale(world, ("Manis", "Asin"))
    first, second = world.codes(1)
    row = world.market.state(world.shop)["listing"][0]
    row["skus"][0]["price_idr"] = 12000
    world.market.put("listing", row)
    world.set_price(1, 16000)
    assert world.sync().summary()["price"] == 1
    assert (shown(world, first)[0], shown(world, second)[0]) == (12000, 16000)


def test_without_an_edit_everything_goes_out_after_one_reading_more(world: World) -> None:
    on_sale(world)
    world.set_price(1, 16000)
    plain = world.sync().summary()
    world.advance(60)
    world.engine.settings.drift_price = "ask"
    world.set_price(1, 17000)
    looked = world.sync().summary()
    assert (plain["reads"], plain["writes"], looked["reads"], looked["writes"]) == (1, 1, 2, 1)
    assert (shown(world)[0], differences_of(world.engine)) == (17000, [])
    assert world.sync().summary()["reads"] == 1


def test_the_defaults_read_nothing_more_and_an_edit_that_nobody_read_is_written_over(world: World) -> None:
    assert world.engine.settings.drift_price == "ask"
    world.market.edit(on_sale(world), price_idr=12000)
    world.set_price(1, 16000)
    told = world.sync().summary()
    assert (told["reads"], told["writes"], shown(world)[0]) == (1, 1, 16000)


def test_a_write_of_an_earlier_run_is_taken_back_over_an_edit(world: World) -> None:
    world.engine.settings.drift_price = "ask"
    remote_id = on_sale(world)
    world.set_price(1, 16000)
    world.market.fail(ChannelUnavailable("down"), times=8)
    world.sync(budget_s=0.5)
    world.market.forgive()
    assert [row.kind for row in world.operations("pending")] == ["price"]
    world.market.edit(remote_id, price_idr=12000)
    world.advance(3600)
    world.sync()
    assert (shown(world)[0], waiting(world)) == (12000, [("price", {"M01P001": (15000, 12000)})])
    assert world.operations("pending") == []


def test_a_write_that_arrived_although_its_answer_was_lost_is_no_edit(world: World) -> None:
    world.engine.settings.drift_price = "ask"
    on_sale(world)
    world.set_price(1, 16000)

    def down(label: str) -> None:
        """The channel goes down after the lost answer."""
        if label == "settle:after-commit":
            world.market.fail(ChannelUnavailable("down"), times=50)
            world.engine.reach = no_probe

    world.market.fail(OutcomeUnknown("lost"), where="after")
    world.engine.reach = down
    world.sync()
    world.market.forgive()
    [row] = world.operations("pending")
    assert (row.kind, row.code, shown(world)[0]) == ("price", "ChannelUnavailable", 16000)
    world.advance(3600)
    world.sync()
    assert (world.operations("pending"), differences_of(world.engine)) == ([], [])


@pytest.mark.parametrize("policy", ["ask", "theirs"])
def test_a_text_changed_since_the_last_reading_is_left(world: World, policy: str) -> None:
    world.engine.settings.drift_content = policy  # type: ignore[assignment]
    remote_id = on_sale(world)
    audit_shops(world.engine, shops_of(world.engine))
    world.market.edit(remote_id, title="Keripik MURAH")
    rename(world, "Keripik Pisang Kepok")
    for _ in range(2):
        assert world.sync().summary()["content"] == 0
        world.advance(60)
    assert list(world.shown()) == ["Keripik MURAH"]
    assert [kind for kind, _ in waiting(world)] == (["content"] if policy == "ask" else [])
    rename(world, "Keripik Pisang Raja")
    world.sync()
    assert list(world.shown()) == (["Keripik MURAH"] if policy == "ask" else ["Keripik Pisang Raja"])


@pytest.mark.parametrize(("policy", "pieces"), [("ask", 4), ("theirs", 4)])
def test_a_figure_changed_just_before_a_run_is_not_written_over(world: World, policy: str, pieces: int) -> None:
    world.engine.settings.drift_stock = policy  # type: ignore[assignment]
    world.market.edit(on_sale(world), stock=4)
    world.count("M01P001", 8)
    assert world.sync().summary()["stock"] == 0
    assert shown(world)[1] == pieces
    assert [kind for kind, _ in waiting(world)] == (["stock"] if policy == "ask" else [])
    assert world.balance("M01P001").on_hand == (8 if policy == "ask" else 4)


def test_what_a_buyer_bought_meanwhile_is_no_edit(world: World) -> None:
    world.engine.settings.drift_stock = "ask"
    on_sale(world)
    world.count("M01P001", 8)
    calls: list[str] = []

    def buy(label: str) -> None:
        """A buyer comes right after the pull, before the reading."""
        calls.extend([label] if label == "http:after-receive" else [])
        if len(calls) == 1 and label == "http:after-receive":
            world.market.buy(world.shop, {"M01P001": 3})

    world.engine.reach = buy
    assert world.sync().summary()["stock"] == 1
    assert (shown(world)[1], differences_of(world.engine)) == (5, [])


def test_stock_at_once_looks_first_as_well(world: World) -> None:
    world.engine.settings.drift_stock = "ask"
    remote_id = on_sale(world)
    world.count("M01P001", 8)
    push_stock(world.engine, shops_of(world.engine))
    assert shown(world)[1] == 8
    for _ in range(2):
        world.advance(60)
        world.sync()
    world.market.edit(remote_id, stock=4)
    world.count("M01P001", 9)
    push_stock(world.engine, shops_of(world.engine))
    assert (shown(world)[1], [kind for kind, _ in waiting(world)]) == (4, ["stock"])
    assert urgent_shops(world.engine, shops_of(world.engine)) == set(), "a figure that waits for a person wakes nobody"
    world.count("M01P001", 7)
    assert Reactor().react(world.engine) is None
    keep_ours(world.engine, "M01P001", None, None, None)
    assert Reactor().react(world.engine) is not None
    assert (shown(world)[1], urgent_shops(world.engine, shops_of(world.engine))) == (7, set())


def test_ours_that_became_what_is_there_is_told_no_more(world: World) -> None:
    world.engine.settings.drift_stock = "ask"
    remote_id = on_sale(world)
    world.market.edit(remote_id, stock=14)
    world.count("M01P001", 9)
    world.sync()
    assert [kind for kind, _ in waiting(world)] == ["stock"]
    keep_ours(world.engine, "M01P001", None, None, None)
    assert len(differences_of(world.engine)) == 1
    world.count("M01P001", 14)
    assert world.sync().summary()["stock"] == 0, "nothing is left to write"
    assert differences_of(world.engine) == []


@pytest.mark.parametrize(("edited", "handed"), [(False, 1), (True, 0)])
def test_beside_another_run_an_odd_figure_is_left_to_the_next(world: World, edited: bool, handed: int) -> None:
    world.engine.settings.drift_stock = "ask"
    remote_id = on_sale(world)
    if edited:
        world.market.edit(remote_id, stock=4)
    world.count("M01P001", 8)
    lane = Lane(engine=world.engine, shop=shops_of(world.engine)[0])
    assert lane.enter()
    report = world.sync()
    lane.leave()
    assert (report.code, report.runs[0].told[-1].values.get("count", 0)) == (7, handed)
    assert [row.kind for row in world.operations("pending")] == ["stock"] * handed
    world.sync()
    assert (shown(world)[1], len(waiting(world))) == ((4, 1) if edited else (8, 0))


def test_taking_a_listing_off_is_never_held_up(world: World) -> None:
    world.engine.settings.drift_visibility = "ask"
    on_sale(world)
    with world.engine.store.write() as session:
        session.execute(update(Product).values(publishable=False, reasons=["E_PROHIBITED"]))
        session.execute(update(Listing).values(stale=True).where(col(Listing.id) > 0))
    world.sync()
    assert world.market.state(world.shop)["listing"][0]["visible"] is False


@pytest.fixture
def shopee() -> Iterator[str]:
    with start_in_thread("shopee", rate_limit=False, wait_s=0, review_s=0) as address:
        yield address


@pytest.mark.parametrize("policy", ["ask", "theirs"])
def test_on_a_marketplace_nothing_is_written_over_an_edit(
    shopee: str, store: Store, cipher: Cipher, tmp_path: Path, policy: str
) -> None:
    market = SandboxMarket(shopee, tmp_path / "clock")
    world = build_sandbox_world(store, cipher, tmp_path / "home", "shopee", market)
    settings = world.engine.settings
    settings.drift_price, settings.drift_stock = policy, policy  # type: ignore[assignment]
    market.there.edit(on_sale(world), price=12000, stock=4)
    world.set_price(1, 16000)
    world.count("M01P001", 8)
    report = world.sync()
    assert (report.code, report.summary()["writes"]) == (0, 0)
    assert shown(world) == (12000, 4)
    assert sorted(kind for kind, _ in waiting(world)) == (["price", "stock"] if policy == "ask" else [])
