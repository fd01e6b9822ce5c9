"""Listings: what is stale or dirty is found, what was settled stays, and order lines find their SKU."""

from datetime import datetime
from typing import Any

import pytest
from seeds import NOW, Place, add_merchant, add_product, add_shop, after, build_place, operation, sizes
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.figures import cover_settled, dirty_stock, rest_stock, stock_of
from bridge.store.journal import record
from bridge.store.ledger import NewEntry, add_count, add_entry
from bridge.store.listings import (
    FacetValue,
    active_operations,
    add_listings,
    add_listings_everywhere,
    bind_listing,
    dirty_facets,
    facets_of,
    live_count,
    parked_listings,
    resolve_line,
    save_facets,
    shown_skus,
    skus_of_listings,
    stale_listings,
    tie_skus,
)
from bridge.store.tables import Facet, Listing, ListingSku, Merchant, OperationRow, Product, Shop, Sku


@pytest.fixture
def place(store: Store, cipher: Cipher) -> Place:
    return build_place(store, cipher, "S", "M")


@pytest.fixture
def live(store: Store, cipher: Cipher) -> Place:
    """The same, on the channel already."""
    return build_place(store, cipher, "S", "M", remote=True)


def change(store: Store, listing_id: int, **values: Any) -> None:
    with store.write() as session:
        listing = session.get_one(Listing, listing_id)
        for name, value in values.items():
            setattr(listing, name, value)


def tie(store: Store, key: int, **values: Any) -> None:
    with store.write() as session:
        row = session.get_one(ListingSku, key)
        for name, value in values.items():
            setattr(row, name, value)


# --- which listings there are -----------------------------------------------------------------------------------------


def test_a_shop_lists_what_may_be_published_once(store: Store, cipher: Cipher) -> None:
    with store.write() as session:
        merchant = add_merchant(session)
        good = add_product(session, merchant, "a")
        add_product(session, merchant, "b", publishable=False)
        retired = add_product(session, merchant, "c")
        retired.skus[0].retired = True
        other = add_merchant(session, "toko jaya")
        add_product(session, other, "d")
        shop_id = add_shop(session, cipher, row_id(merchant))
        assert add_listings(session, shop_id, row_id(merchant), 50) == 1
        assert add_listings(session, shop_id, row_id(merchant), 50) == 0
        listing = session.exec(select(Listing)).one()
        assert (listing.product_id, listing.part, listing.stale) == (good.product.id, 0, True)


def test_where_a_channel_has_no_variants_each_sku_is_a_listing(store: Store, cipher: Cipher) -> None:
    with store.write() as session:
        merchant = add_merchant(session)
        saved = add_product(session, merchant, "a", *sizes("S", "M", "L"))
        shop_id = add_shop(session, cipher, row_id(merchant))
        session.get_one(Shop, shop_id).skus_per_listing = 1
        session.flush()
        add_listings_everywhere(session, row_id(merchant))
        add_listings_everywhere(session, row_id(merchant))
        assert sorted(listing.part for listing in session.exec(select(Listing))) == sorted(
            row_id(sku) for sku in saved.skus
        )


def test_the_database_refuses_one_remote_item_twice(store: Store, live: Place) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(Listing(shop_id=live.shop_id, product_id=live.product_id, part=9, remote_item_id="900", notes=[]))


def test_stale_listings_come_in_batches(store: Store, place: Place) -> None:
    def stale(now: datetime = NOW, limit: int = 10, shop_id: int = place.shop_id) -> list[int]:
        with store.read() as session:
            return [row_id(listing) for listing in stale_listings(session, shop_id, now, limit)]

    assert stale() == [place.listing_id]
    assert stale(limit=0) == []
    assert stale(shop_id=place.shop_id + 1) == []
    change(store, place.listing_id, stale=False)
    assert stale() == []


def test_a_listing_is_looked_at_again_when_something_ends(store: Store, place: Place) -> None:
    change(store, place.listing_id, stale=False, valid_until=after(days=2))
    for days, found in ((1, 0), (2, 1), (3, 1)):
        with store.read() as session:
            assert len(stale_listings(session, place.shop_id, after(days=days), 10)) == found


def test_parked_listings_carry_their_problems(store: Store, place: Place) -> None:
    with store.read() as session:
        assert parked_listings(session, place.shop_id) == []
    problems = [{"code": "E_CATEGORY", "place": "x"}]
    change(store, place.listing_id, parked=problems)
    with store.read() as session:
        assert parked_listings(session, place.shop_id) == [(place.listing_id, "Kopi Gayo", problems)]


# --- ties between our SKUs and the channel's --------------------------------------------------------------------------


def test_skus_are_tied_once(store: Store, place: Place) -> None:
    with store.write() as session:
        listing = session.get_one(Listing, place.listing_id)
        again = tie_skus(session, listing, place.sku_ids)
        assert {key: row_id(row) for key, row in again.items()} == dict(zip(place.sku_ids, place.tie_ids, strict=True))
        assert tie_skus(session, listing, []) == again


def test_binding_names_the_listing_and_its_skus(store: Store, place: Place) -> None:
    with store.read() as session:
        assert live_count(session, place.shop_id) == 0
    with store.write() as session:
        bind_listing(session, place.listing_id, "900")
    with store.read() as session:
        assert session.get_one(Listing, place.listing_id).remote_item_id == "900"
        assert {row.remote_item_id for row in session.exec(select(ListingSku))} == {"900"}
        assert live_count(session, place.shop_id) == 1
        assert live_count(session, place.shop_id + 1) == 0


def test_only_what_the_channel_shows_is_shown(store: Store, place: Place) -> None:
    tie(store, place.tie_ids[1], listed=True)
    with store.read() as session:
        assert shown_skus(session, [place.listing_id]) == {place.listing_id: [place.sku_ids[1]]}
        assert shown_skus(session, []) == {}


def test_the_skus_of_listings_come_in_the_order_of_the_product(store: Store, place: Place) -> None:
    with store.write() as session:
        session.get_one(Sku, place.sku_ids[0]).position = 9
    with store.read() as session:
        found = skus_of_listings(session, place.shop_id, [place.listing_id])[place.listing_id]
        assert [each.listing_sku_id for each in found] == [place.tie_ids[1], place.tie_ids[0]]
        assert skus_of_listings(session, place.shop_id, []) == {}
        many = skus_of_listings(session, place.shop_id, range(2000))
        assert set(many) == {place.listing_id}


@pytest.mark.parametrize(
    ("remote_id", "remote_sku_id", "seller_sku", "found"),
    [
        ("900", "m0", None, 0),
        ("900", "m1", None, 1),
        ("900", "m0", "M01P001-2", 0),  # the channel's ids win
        ("900", "m9", "M01P001-2", 1),
        ("901", "m0", None, None),
        ("900", None, None, None),
        (None, None, "M01P001-1", 0),
        (None, None, "nothing", None),
        (None, None, "", None),
        (None, None, None, None),
    ],
)
def test_an_order_line_finds_its_sku(
    remote_id: str | None,
    remote_sku_id: str | None,
    seller_sku: str | None,
    found: int | None,
    store: Store,
    live: Place,
) -> None:
    with store.read() as session:
        answer = resolve_line(session, live.shop_id, remote_id, remote_sku_id, seller_sku)
        assert answer == (None if found is None else (live.tie_ids[found], live.sku_ids[found], 1))
        assert resolve_line(session, live.shop_id + 1, remote_id, remote_sku_id, seller_sku) is None


def test_a_sku_code_that_two_listings_have_is_not_guessed(store: Store, live: Place) -> None:
    with store.write() as session:
        session.add(ListingSku(shop_id=live.shop_id, listing_id=live.listing_id, sku_id=live.sku_ids[0], units=12))
    with store.read() as session:
        assert resolve_line(session, live.shop_id, None, None, "M01P001-1") is None
        assert resolve_line(session, live.shop_id, "900", "m0", "M01P001-1") is not None


def test_a_sku_code_of_another_merchant_is_not_meant(store: Store, live: Place, cipher: Cipher) -> None:
    with store.write() as session:
        other = add_merchant(session, "toko jaya")
        shop_id = add_shop(session, cipher, row_id(other), "555")
        assert resolve_line(session, shop_id, None, None, "M01P001-1") is None


# --- facets -----------------------------------------------------------------------------------------------------------


def facet(kind: str, fingerprint: str, dirty: bool = True, **payload: Any) -> FacetValue:
    return FacetValue(kind, payload, fingerprint, dirty)


def save(store: Store, listing_id: int, *facets: FacetValue) -> None:
    with store.write() as session:
        save_facets(session, session.get_one(Listing, listing_id), facets)


def test_facets_are_kept_and_what_was_settled_stays(store: Store, live: Place) -> None:
    save(
        store, live.listing_id, facet("content", "f1", title="Kopi"), facet("price", "p1", dirty=False, prices={"A": 0})
    )
    with store.write() as session:
        row = session.get_one(Facet, (live.listing_id, "content"))
        row.applied, row.applied_fp, row.seen_fp, row.rejected_fp = {"title": "Kopi"}, "f1", "s1", "r1"
    save(store, live.listing_id, facet("content", "f2", title="Kopi Baru"))
    with store.read() as session:
        row = facets_of(session, [live.listing_id])[live.listing_id, "content"]
        assert (row.desired, row.desired_fp, row.dirty) == ({"title": "Kopi Baru"}, "f2", True)
        assert (row.applied, row.applied_fp, row.seen_fp, row.rejected_fp) == ({"title": "Kopi"}, "f1", "s1", "r1")
        assert len(facets_of(session, [live.listing_id])) == 2
        assert facets_of(session, []) == {}


def test_what_has_to_be_written_is_found(store: Store, live: Place) -> None:
    save(store, live.listing_id, facet("content", "f1", title="Kopi"), facet("price", "p1", dirty=False))
    with store.read() as session:
        (found,) = dirty_facets(session, live.shop_id)
        assert (found.kind, found.desired, found.desired_fp, found.applied) == (
            "content",
            {"title": "Kopi"},
            "f1",
            None,
        )
        assert (found.title, found.bound) == ("Kopi Gayo", True)
        assert dirty_facets(session, live.shop_id + 1) == []


def test_a_parked_listing_is_not_written(store: Store, live: Place) -> None:
    save(store, live.listing_id, facet("content", "f1"))
    change(store, live.listing_id, parked=[{"code": "E"}])
    with store.read() as session:
        assert dirty_facets(session, live.shop_id) == []
    change(store, live.listing_id, parked=None)
    with store.read() as session:
        assert len(dirty_facets(session, live.shop_id)) == 1


@pytest.mark.parametrize(("visible", "found"), [(False, ["visibility"]), (True, [])])
def test_of_a_parked_listing_only_the_hiding_is_written(
    visible: bool, found: list[str], store: Store, live: Place
) -> None:
    save(store, live.listing_id, facet("content", "f1"), facet("visibility", "v1", visible=visible))
    change(store, live.listing_id, parked=[{"code": "E"}])
    with store.read() as session:
        assert [each.kind for each in dirty_facets(session, live.shop_id)] == found
    change(store, live.listing_id, remote_item_id=None)
    with store.read() as session:
        assert dirty_facets(session, live.shop_id) == []


def test_a_listing_that_is_new_is_not_bound(store: Store, place: Place) -> None:
    save(store, place.listing_id, facet("content", "f1"))
    with store.read() as session:
        assert [found.bound for found in dirty_facets(session, place.shop_id)] == [False]


def test_what_waits_or_is_under_way_is_known(store: Store, live: Place) -> None:
    with store.write() as session:
        for kind in ("content", "price", "stock", "visibility"):
            record(session, [operation(live, kind, applies={kind: f"{kind}-1"})], None, NOW)
        record(session, [operation(live, "ship", target="order/1", listing_id=None)], None, NOW)
        for row in session.exec(select(OperationRow)):
            row.state = {"price": "unknown", "stock": "done", "visibility": "inflight"}.get(row.kind, "pending")
            row.ticket = "step" if row.kind == "visibility" else ""
    with store.read() as session:
        found = active_operations(session, live.shop_id)
    key = live.listing_id
    assert found == {
        (key, "content"): ("pending", {"content": "content-1"}, False),
        (key, "price"): ("unknown", {"price": "price-1"}, False),
        (key, "visibility"): ("inflight", {"visibility": "visibility-1"}, True),
    }


# --- stock ------------------------------------------------------------------------------------------------------------


def test_figures_to_look_at_come_with_their_balance(store: Store, live: Place) -> None:
    with store.write() as session:
        session.get_one(Shop, live.shop_id).buffer = 2
        add_count(session, live.sku_ids[0], live.location_id, "c", 5, NOW, NOW)
        add_entry(session, NewEntry(live.sku_ids[0], live.location_id, "e", "ordered", 0, 3, NOW), NOW)
        session.get_one(ListingSku, live.tie_ids[0]).may_sell = None
    with store.read() as session:
        one, two = dirty_stock(session, live.shop_id)
    assert (one.listing_sku_id, one.on_hand, one.held, one.buffer, one.may_sell, one.bound) == (
        live.tie_ids[0],
        5,
        3,
        2,
        None,
        True,
    )
    assert (one.sku, one.title, one.units, one.listing_id) == ("M01P001-1", "Kopi Gayo", 1, live.listing_id)
    assert (two.on_hand, two.held, two.may_sell) == (None, 0, 0)  # never counted is unknown


def test_figures_that_rest_are_not_looked_at_again(store: Store, live: Place) -> None:
    with store.write() as session:
        rest_stock(session, [live.tie_ids[0]])
        rest_stock(session, [])
    with store.read() as session:
        assert [row.listing_sku_id for row in dirty_stock(session, live.shop_id)] == [live.tie_ids[1]]
        assert [row.listing_sku_id for row in stock_of(session, live.tie_ids)] == list(live.tie_ids)


def test_a_sku_without_a_remote_id_has_no_figure_to_write(store: Store, place: Place) -> None:
    with store.read() as session:
        assert dirty_stock(session, place.shop_id) == []
        assert [row.bound for row in stock_of(session, place.tie_ids)] == [False, False]


def test_a_pull_covers_what_was_settled_before_it_began(store: Store, live: Place) -> None:
    tie(store, live.tie_ids[0], cover="settled", settled_at=NOW)
    tie(store, live.tie_ids[1], cover="open", settled_at=NOW)
    with store.read() as session:
        assert cover_settled(session, live.shop_id, after(seconds=-1)) == []
        assert [row_id(row) for row in cover_settled(session, live.shop_id, NOW)] == [live.tie_ids[0]]
        assert cover_settled(session, live.shop_id + 1, NOW) == []


# --- cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL reads small tables whole
def test_searches_go_by_an_index_and_not_through_every_row(store: Store, live: Place) -> None:
    plans: list[str] = []
    with store.read() as session:
        connection = session.connection()
        seen: list[str] = []
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(seen.append)
        stale_listings(session, live.shop_id, NOW, 10)
        dirty_facets(session, live.shop_id)
        dirty_stock(session, live.shop_id)
        cover_settled(session, live.shop_id, NOW)
        resolve_line(session, live.shop_id, "900", "m0", None)
        driver.set_trace_callback(None)
        for statement in seen:
            plans.append("; ".join(row[3] for row in driver.execute(f"explain query plan {statement}")))
    assert len(plans) == 5
    assert [plan for plan in plans if "SCAN" in plan] == []


def test_a_merchant_has_its_own_shops(store: Store, live: Place) -> None:
    with store.read() as session:
        assert session.exec(select(Merchant)).one().id == live.merchant_id
        assert session.exec(select(Product)).one().id == live.product_id
