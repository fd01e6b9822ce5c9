"""Cases about reading listings: None means not read, nothing is written, pages are walked to the end."""

from datetime import timedelta

import pytest

from bridge.connectors.base import Find
from bridge.testing.bench import ABSENT, Bench
from bridge.testing.samples import unique
from bridge.testing.worlds import now

PAGES = 120


class ReadCases:
    def test_empty_shop_lists_nothing(self, bench: Bench) -> None:
        if bench.world.state()["listings"]:
            pytest.skip("world: the shop is not empty")
        assert list(bench.all()) == []

    def test_unknown_ids_are_left_out_and_the_others_read(self, bench: Bench) -> None:
        bench.needs_find(Find.ID)
        listed = bench.listed()
        rows = list(bench.connector.listings(Find.ID, [ABSENT, listed.remote_id], None))
        assert [row.remote_id for row in rows] == [listed.remote_id]

    def test_unknown_skus_are_left_out_and_the_others_read(self, bench: Bench) -> None:
        bench.needs_find(Find.SKU)
        listed = bench.listed()
        rows = list(bench.connector.listings(Find.SKU, ["UJI-TIADA", listed.skus[0].seller_sku], None))
        assert {row.remote_id for row in rows} == {listed.remote_id}

    def test_asking_for_nothing_gives_nothing(self, bench: Bench) -> None:
        for find in {Find.ID, Find.SKU} & bench.caps.finds:
            assert list(bench.connector.listings(find, [], None)) == []

    def test_order_of_ids_does_not_matter(self, bench: Bench) -> None:
        bench.needs_find(Find.ID)
        ids = [bench.listed().remote_id for _ in range(3)]
        assert (
            {row.remote_id for row in bench.find(*ids)} == {row.remote_id for row in bench.find(*ids[::-1])} == set(ids)
        )

    def test_reading_twice_shows_the_same(self, bench: Bench) -> None:
        listed = bench.listed()
        assert bench.read(listed.remote_id) == bench.read(listed.remote_id)

    def test_what_is_read_has_the_right_types(self, bench: Bench) -> None:
        """Ids are text, money and pieces whole numbers, and what was not read is None."""
        listing = bench.read(bench.listed().remote_id)
        assert isinstance(listing.remote_id, str)
        assert listing.visible in (True, False, None)
        for sku in listing.skus:
            assert isinstance(sku.remote_sku_id, str)
            assert sku.price_idr is None or type(sku.price_idr) is int
            assert sku.stock is None or (sku.stock and all(type(n) is int for n in sku.stock.values()))

    def test_locations_of_stock_are_those_of_the_shop(self, bench: Bench) -> None:
        locations = set(bench.connector.check().locations)
        for sku in bench.read(bench.listed().remote_id).skus:
            assert sku.stock is None or set(sku.stock) <= locations

    def test_times_of_listings_have_a_zone(self, bench: Bench) -> None:
        updated = bench.read(bench.listed().remote_id).updated_at
        assert updated is None or updated.utcoffset() is not None

    def test_all_pages_are_walked(self, bench: Bench) -> None:
        ids = set(bench.world.preload([unique("MUAT-") for _ in range(PAGES)]))
        found = [row.remote_id for row in bench.all()]
        assert ids <= set(found), f"{len(ids - set(found))} of {PAGES} listings are missing"
        assert len(found) == len(set(found)), "a still shop lists everything once"

    def test_many_ids_are_read_in_pages(self, bench: Bench) -> None:
        bench.needs_find(Find.ID)
        ids = list(bench.world.preload([unique("MUAT-") for _ in range(PAGES)]))
        assert {row.remote_id for row in bench.find(*ids)} == set(ids)

    def test_listings_that_were_there_before_us_are_readable(self, bench: Bench) -> None:
        code = unique("MUAT-")
        (listing_id,) = bench.world.preload([code])
        (sku,) = bench.read(listing_id).skus
        assert sku.seller_sku in (code, None)
        assert sku.price_idr in (15000, None)

    def test_edit_by_hand_is_seen(self, bench: Bench) -> None:
        world, listed = bench.world, bench.listed()
        title = bench.sampler.title(unique())
        world.edit(listed.remote_id, title=title)
        world.edit(listed.remote_id, price_idr=bench.sampler.price(7))
        world.edit(listed.remote_id, stock=11)
        assert bench.read(listed.remote_id).title == title
        assert bench.shown_price(listed) == bench.sampler.price(7)
        assert bench.shown_stock(listed) == 11

    def test_listing_hidden_by_hand_is_seen_hidden(self, bench: Bench) -> None:
        world, listed = bench.world, bench.listed()
        world.edit(listed.remote_id, visible=False)
        assert bench.read(listed.remote_id).visible in (False, None)

    def test_edit_by_hand_is_among_the_changed(self, bench: Bench) -> None:
        bench.needs_find(Find.CHANGED)
        world, listed = bench.world, bench.listed()
        world.edit(listed.remote_id, price_idr=bench.sampler.price(2))
        since = now() - timedelta(minutes=1)
        assert listed.remote_id in {row.remote_id for row in bench.connector.listings(Find.CHANGED, (), since)}

    def test_sale_lowers_the_stock_that_is_read(self, bench: Bench) -> None:
        _order, listed = bench.bought(2)
        assert bench.shown_stock(listed) == sum(listed.skus[0].stock.values()) - 2

    def test_reading_listings_changes_nothing(self, bench: Bench) -> None:
        world, listed = bench.world, bench.listed()
        before, writes = world.state(), world.lent.count.writes
        list(bench.all())
        bench.read(listed.remote_id)
        assert world.state() == before
        assert world.lent.count.writes == writes, "a read was counted as a write"

    def test_reads_are_counted_as_reads(self, bench: Bench) -> None:
        bench.needs_calls()
        world, listed = bench.world, bench.listed()
        before = world.lent.count.reads
        bench.read(listed.remote_id)
        assert world.lent.count.reads > before
