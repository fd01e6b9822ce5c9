"""Cases about what a connector says of itself: flags have sense, and flags and behaviour agree."""

from datetime import date, datetime, timedelta

import pytest

from bridge.connectors.base import Batch, Connector, Find, PictureSink
from bridge.model import OpKind
from bridge.testing.bench import ABSENT, Bench

ON_ORDERS = {OpKind.SHIP, OpKind.CANCEL}


class CapabilityCases:
    def test_connector_has_the_seven_methods(self, bench: Bench) -> None:
        assert isinstance(bench.connector, Connector)

    def test_capabilities_never_change_and_cost_no_call(self, bench: Bench) -> None:
        again = bench.make()
        before = _calls(bench)
        assert bench.connector.capabilities() == again.capabilities() == bench.caps
        assert _calls(bench) == before, "capabilities() went to the network"

    def test_batches_are_of_known_kinds_and_positive(self, bench: Bench) -> None:
        for kind, batch in bench.caps.batch.items():
            assert kind in OpKind
            assert isinstance(batch, Batch)
            assert batch.call, f"{kind} has no call"
            assert batch.listings >= 1
            assert batch.skus is None or batch.skus >= 1

    def test_kinds_of_one_call_have_one_size(self, bench: Bench) -> None:
        sizes: dict[str, set[tuple[int, int | None]]] = {}
        for batch in bench.caps.batch.values():
            sizes.setdefault(batch.call, set()).add((batch.listings, batch.skus))
        assert all(len(found) == 1 for found in sizes.values()), f"one call with several sizes: {sizes}"

    def test_order_writes_travel_apart_from_listing_writes(self, bench: Bench) -> None:
        calls = {kind: batch.call for kind, batch in bench.caps.batch.items()}
        orders = {call for kind, call in calls.items() if kind in ON_ORDERS}
        assert not orders & {call for kind, call in calls.items() if kind not in ON_ORDERS}

    def test_order_writes_need_orders(self, bench: Bench) -> None:
        if ON_ORDERS & set(bench.caps.batch):
            assert bench.caps.orders_by is not None, "it ships or cancels what it cannot read"

    def test_everything_can_be_listed(self, bench: Bench) -> None:
        assert Find.ALL in bench.caps.finds, "an adoption and an audit need Find.ALL"
        assert bench.caps.finds <= set(Find)

    def test_late_kinds_are_kinds_that_can_be_written(self, bench: Bench) -> None:
        assert bench.caps.late <= set(bench.caps.batch)

    def test_what_a_person_carries_is_late(self, bench: Bench) -> None:
        if bench.caps.by_file:
            assert bench.caps.late == set(bench.caps.batch), "nobody has carried a file yet when it is written"

    def test_flags_have_known_values(self, bench: Bench) -> None:
        assert bench.caps.orders_by in ("updated", "created", None)
        assert bench.caps.pictures in ("shop", "listing", "inline")
        assert isinstance(bench.caps.by_file, bool)
        assert isinstance(bench.caps.takes_zero, bool)
        assert isinstance(bench.caps.create_keyed, bool)

    def test_numbers_are_positive(self, bench: Bench) -> None:
        assert bench.caps.concurrent_calls >= 1
        assert bench.caps.skus_per_listing >= 1
        assert bench.caps.pictures_per_call >= 1

    def test_lags_windows_and_horizons_have_sense(self, bench: Bench) -> None:
        nothing = timedelta(0)
        assert bench.caps.list_lag >= nothing
        assert bench.caps.restock_lag >= nothing
        assert bench.caps.write_horizon > nothing, "a lost write needs time to land"
        assert bench.caps.order_window is None or bench.caps.order_window >= timedelta(hours=1)

    def test_rates_allow_calls_in_a_time(self, bench: Bench) -> None:
        for rate in bench.caps.rates:
            assert rate.calls >= 1
            assert rate.per > timedelta(0)
            assert rate.scope in ("shop", "app")

    def test_closing_day_is_a_date(self, bench: Bench) -> None:
        closed = bench.caps.closed_on
        assert closed is None or (isinstance(closed, date) and not isinstance(closed, datetime))

    def test_picture_flag_and_ability_agree(self, bench: Bench) -> None:
        if bench.caps.pictures == "inline":
            pytest.skip("capabilities: pictures travel in the create")
        if OpKind.CREATE in bench.caps.batch:
            assert isinstance(bench.connector, PictureSink), (
                f"pictures={bench.caps.pictures!r}, but nothing uploads them"
            )

    def test_order_flag_and_behaviour_agree(self, bench: Bench) -> None:
        bench.needs_orders()
        window = bench.recent()
        assert bench.walk(window)[-1] == window

    @pytest.mark.parametrize("find", list(Find))
    def test_every_declared_way_to_find_answers(self, bench: Bench, find: Find) -> None:
        bench.needs_find(find)
        keys = {Find.ID: [ABSENT], Find.SKU: ["UJI-TIADA"]}.get(find, [])
        since = datetime.fromisoformat("2026-01-01T00:00:00+00:00") if find is Find.CHANGED else None
        assert isinstance(list(bench.connector.listings(find, keys, since)), list)

    def test_check_names_the_shop(self, bench: Bench) -> None:
        shop = bench.connector.check()
        assert shop.remote_id
        if bench.outside is not None:
            assert shop.remote_id == bench.outside.shop

    def test_check_names_locations_and_what_is_blocked(self, bench: Bench) -> None:
        shop = bench.connector.check()
        assert shop.locations, 'a shop has at least one location; "" is the only one'
        assert len(set(shop.locations)) == len(shop.locations)
        assert all(kind in OpKind and reason for kind, reason in shop.blocked.items())

    def test_check_knows_times_with_their_zone(self, bench: Bench) -> None:
        until = bench.connector.check().authorised_until
        assert until is None or until.utcoffset() is not None


def _calls(bench: Bench) -> tuple[int, ...]:
    count = bench.outside.lent.count if bench.outside is not None else None
    return (count.reads, count.writes, count.schema, count.tokens) if count is not None else ()
