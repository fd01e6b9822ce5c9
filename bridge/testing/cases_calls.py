"""Cases about every call: tokens, permits, leases, limits, secrets, threads."""

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bridge.connectors.base import CallCount, Connector
from bridge.errors import ChannelError, RateLimited
from bridge.model import OpKind
from bridge.testing.bench import Bench
from bridge.testing.driver import send

THREADS = 4
LONG = timedelta(hours=1)


class CallCases:
    def test_expired_token_is_renewed_once_and_the_call_repeated(self, bench: Bench) -> None:
        bench.connector.check()
        _expire(bench)
        assert bench.connector.check().remote_id == bench.world.shop
        assert bench.world.lent.vault.renewals == 1

    def test_renewed_token_serves_the_next_calls(self, bench: Bench) -> None:
        bench.connector.check()
        _expire(bench)
        for _ in range(3):
            bench.connector.check()
        bench.make().check()
        assert bench.world.lent.vault.renewals == 1

    def test_write_with_an_expired_token_happens_once(self, bench: Bench) -> None:
        op = bench.new()
        _expire(bench)
        bench.finished(bench.settle(op, send(bench.connector, op)))
        assert bench.copies(op) == 1
        assert bench.world.lent.vault.renewals == 1

    def test_too_many_calls_are_rate_limited(self, bench: Bench) -> None:
        bench.needs_calls()
        with pytest.raises(RateLimited) as caught:
            _throttled(bench, bench.connector.check)
        assert caught.value.no_effect
        assert caught.value.retry_after is None or caught.value.retry_after > timedelta(0)
        assert caught.value.scope in ("shop", "app")

    def test_rate_limited_write_changes_nothing_and_succeeds_later(self, bench: Bench) -> None:
        bench.needs_calls()
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        op = bench.operation(OpKind.STOCK, listed.remote_id, [bench.stock(listed.skus[0], 3)])
        with pytest.raises(RateLimited):
            _throttled(bench, lambda: bench.connector.submit([op]))
        assert bench.shown_stock(listed) == sum(listed.skus[0].stock.values())
        bench.world.advance(LONG.total_seconds())
        bench.done(OpKind.STOCK, listed, op.skus)

    def test_no_call_without_a_permit(self, bench: Bench) -> None:
        bench.needs_calls()
        lent = bench.world.lent
        before = (lent.count.reads, lent.count.writes)
        lent.limiter.wait = LONG
        with pytest.raises(RateLimited) as caught:
            bench.connector.check()
        lent.limiter.wait = timedelta(0)
        assert (lent.count.reads, lent.count.writes) == before, "it called without a permit"
        assert caught.value.retry_after is None or caught.value.retry_after <= LONG

    def test_lease_is_asked_before_every_call(self, bench: Bench) -> None:
        bench.needs_calls()
        lent = bench.world.lent
        leases, calls = len(lent.leases), lent.count.reads
        bench.connector.check()
        assert lent.count.reads > calls
        assert len(lent.leases) - leases >= lent.count.reads - calls
        assert all(timedelta(0) < lease <= timedelta(minutes=5) for lease in lent.leases)

    def test_lost_lease_stops_the_call(self, bench: Bench) -> None:
        bench.needs_calls()
        bench.world  # noqa: B018  skipped without one
        ports = bench.world.lent
        calls = ports.count.reads

        class Gone(Exception):
            pass

        class Refusing(list[timedelta]):
            def append(self, _lease: timedelta) -> None:
                raise Gone

        ports.leases = Refusing()
        with pytest.raises(Gone):
            bench.make().check()
        assert ports.count.reads == calls

    def test_calls_pass_the_named_points(self, bench: Bench) -> None:
        bench.needs_calls()
        points = bench.world.lent.points
        points.clear()
        bench.connector.check()
        assert points[:1] == ["http:before-send"]
        assert points[-1:] == ["http:after-receive"]

    def test_writes_are_counted_as_writes(self, bench: Bench) -> None:
        bench.needs_calls()
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        before = bench.world.lent.count.writes
        bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], 2)])
        assert bench.world.lent.count.writes > before

    def test_one_submit_of_a_create_makes_one_unsafe_write(self, bench: Bench) -> None:
        """Several steps are several submits; each may add what is safe to repeat, never a second create."""
        world, op = bench.world, bench.new()
        before = len(world.state()["listings"])
        send(bench.connector, op)
        assert len(world.state()["listings"]) <= before + 1

    def test_no_secret_and_no_payload_in_an_error(self, bench: Bench) -> None:
        bench.needs_calls()
        op = bench.new()
        secrets = bench.world.secrets()
        with pytest.raises(ChannelError) as caught:
            _throttled(bench, lambda: bench.connector.submit([op]))
        text = "".join(traceback.format_exception(caught.value))
        for secret in secrets:
            assert secret not in text, "an error shows a token or key"
        assert str(op.payload["title"]) not in str(caught.value), "an error shows the payload"

    def test_no_secret_in_the_connectors_own_text(self, bench: Bench) -> None:
        text = repr(bench.connector) + str(bench.connector.check())
        assert not any(secret in text for secret in bench.world.secrets())

    def test_file_road_makes_no_calls(self, bench: Bench) -> None:
        if not bench.caps.by_file:
            pytest.skip("capabilities: by_file is off")
        lent = bench.world.lent
        bench.listed()
        list(bench.all())
        bench.connector.check()
        assert (lent.count, lent.leases) == (CallCount(), []), "it says by_file, but something was called"

    def test_threads_may_share_a_connector(self, bench: Bench) -> None:
        listings = [bench.listed() for _ in range(THREADS)]

        def work(place: int) -> int:
            listed = listings[place]
            for pieces in (place + 1, place + 2):
                if OpKind.STOCK in bench.caps.batch:
                    bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], pieces)])
                list(bench.all())
            return place

        with ThreadPoolExecutor(THREADS) as pool:
            assert list(pool.map(work, range(THREADS))) == list(range(THREADS))
        if OpKind.STOCK in bench.caps.batch:
            assert [bench.shown_stock(each) for each in listings] == [place + 2 for place in range(THREADS)]

    def test_connector_does_not_read_the_environment(
        self, make: Callable[[], Connector], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = make().capabilities()
        for name in ("HOME", "PATH", "JEMBATAN_HOME", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert make().capabilities() == before


def _expire(bench: Bench) -> None:
    if not bench.world.expire_tokens():
        pytest.skip("world: tokens of this channel never end")
    bench.world.lent.vault.renewals = 0


def _throttled(bench: Bench, call: Callable[[], object]) -> None:
    bench.world.throttle(LONG)
    try:
        call()
    finally:
        bench.world.calm()
