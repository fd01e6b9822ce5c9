"""Why a listing is hidden is told apart: a run undone, a decision, the law; and what brings it back does."""

from sqlalchemy import update

from bridge.engine.auditing import audit_shops
from bridge.engine.drifting import keep_theirs
from bridge.engine.hiding import Hiding
from bridge.engine.standing import shop_rows
from bridge.engine.stock_views import stock_of_sku
from bridge.engine.sync import shops_of
from bridge.engine.undoing import undo_run
from bridge.store.tables import Listing, Product
from tests.engine.world import World


def on_sale(world: World) -> int:
    """One product on the shop, covered and read once; gives the run that made it."""
    world.add_product("Keripik Pisang", stock=10)
    run = world.sync().run_id
    world.advance(60)
    world.sync()
    audit(world)
    assert run is not None
    return run


def audit(world: World) -> None:
    world.advance(60)
    assert audit_shops(world.engine, shops_of(world.engine)).code == 0


def hiding(world: World) -> Hiding | None:
    [listing] = stock_of_sku(world.engine, "M01P001").listings
    [shop] = shop_rows(world.engine)
    assert (shop.live, shop.hidden) == (1, int(listing.hidden is not None))
    return listing.hidden


def edit(world: World, visible: bool) -> None:
    """Somebody shows or hides it in the seller centre, and a reading finds that."""
    world.market.edit(str(world.rows(Listing)[0].remote_item_id), visible=visible)
    audit(world)


def test_a_run_that_was_undone_is_named_with_the_undoing_that_brings_it_back(world: World) -> None:
    made = on_sale(world)
    assert hiding(world) is None
    back = undo_run(world.engine, made).run_id
    assert back is not None
    assert hiding(world) == Hiding("undone", run=made, undo=back)
    again = undo_run(world.engine, back).run_id
    assert again is not None
    assert hiding(world) is None
    last = undo_run(world.engine, again).run_id
    assert hiding(world) == Hiding("undone", run=again, undo=last)


def test_what_a_person_keeps_hidden_says_so_and_is_kept_shown_once_shown_there(world: World) -> None:
    on_sale(world)
    edit(world, visible=False)
    keep_theirs(world.engine, "M01P001", None, None, None)
    assert hiding(world) == Hiding("kept")
    edit(world, visible=True)
    keep_theirs(world.engine, "M01P001", None, None, None)
    assert hiding(world) is None
    assert world.sync().summary()["visibility"] == 0
    assert world.market.state(world.shop)["listing"][0]["visible"]


def test_what_the_law_forbids_is_no_sold_out_listing(world: World) -> None:
    on_sale(world)
    with world.engine.store.write() as session:
        session.execute(update(Product).values(publishable=False, reasons=["E_PROHIBITED"]))
        session.execute(update(Listing).values(stale=True))
    world.sync(confirm=world.sync().confirm)
    assert hiding(world) == Hiding("law")
