"""Webhooks in the inbox: each event once, only for shops that are there; jobs and alerts are remembered once."""

from datetime import timedelta

from seeds import NOW, add_merchant, add_shop
from sqlmodel import select

from bridge.model import Hint
from bridge.store.alerts import close_alerts, mark_told, open_alerts, told_alerts
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.inbox import count_waiting, drop_hints, save_hints, settle_hints, waiting_hints
from bridge.store.jobs import begin_job, end_job, list_jobs
from bridge.store.tables import Inbox

ORDER = Hint("322", "event-1", ("A1",))


def keep(store: Store, *hints: Hint, channel: str = "shopee") -> int:
    with store.write() as session:
        return save_hints(session, channel, hints, NOW)


def with_shop(store: Store, cipher: Cipher) -> None:
    with store.write() as session:
        add_shop(session, cipher, row_id(add_merchant(session)))


def test_an_event_is_kept_once_and_only_for_connected_shops(store: Store, cipher: Cipher) -> None:
    with_shop(store, cipher)
    assert keep(store, ORDER, Hint("999", "event-1", ("B1",))) == 1
    assert keep(store, ORDER) == 0
    assert keep(store, Hint("322", "event-2", (), ("7",))) == 1
    assert keep(store, ORDER, channel="tokopedia") == 0, "a shop of another channel"
    with store.read() as session:
        found = waiting_hints(session, 10)
        assert [(each.order_ids, each.listing_ids) for each in found] == [(("A1",), ()), ((), ("7",))]
        assert waiting_hints(session, 1) == found[:1]
        before = NOW - timedelta(seconds=1)
        assert waiting_hints(session, 10, after=before) == waiting_hints(session, 10, until=NOW) == found
        assert waiting_hints(session, 10, after=NOW) == waiting_hints(session, 10, until=before) == []


def test_what_was_followed_waits_no_more_and_still_counts_as_seen(store: Store, cipher: Cipher) -> None:
    with_shop(store, cipher)
    keep(store, ORDER)
    with store.write() as session:
        settle_hints(session, [each.inbox_id for each in waiting_hints(session, 10)], NOW)
    assert keep(store, ORDER) == 0, "a replay"
    with store.write() as session:
        assert count_waiting(session) == 0
        drop_hints(session, NOW)
        assert len(session.exec(select(Inbox)).all()) == 1
        drop_hints(session, NOW + timedelta(seconds=1))
        assert session.exec(select(Inbox)).all() == []


def test_a_job_is_ended_once_for_each_moment(store: Store) -> None:
    later = NOW + timedelta(days=1)
    with store.write() as session:
        assert begin_job(session, "nightly", NOW, NOW)
        assert begin_job(session, "nightly", NOW, NOW), "its daemon died before the end"
        end_job(session, "nightly", 4, later)
        assert not begin_job(session, "nightly", NOW, NOW)
        assert [(job.name, job.code) for job in list_jobs(session)] == [("nightly", 4)]
        assert begin_job(session, "nightly", later, later)
        assert not begin_job(session, "nightly", NOW, later), "an older moment is over"
        (job,) = list_jobs(session)
        assert (job.due_at, job.ended_at, job.code) == (later, None, None)


def test_an_alert_is_remembered_until_its_cause_ends(store: Store) -> None:
    name = ("pull", "shop/1")
    with store.write() as session:
        open_alerts(session, [name], NOW)
        mark_told(session, [name, ("pull", "gone")], "mail")
        mark_told(session, [name], "mail")
        open_alerts(session, [name], NOW + timedelta(hours=1))
    with store.write() as session:
        (row,) = told_alerts(session).values()
        assert (row.since, row.told) == (NOW, ["mail"])
        close_alerts(session, [name])
    with store.read() as session:
        assert told_alerts(session) == {}
