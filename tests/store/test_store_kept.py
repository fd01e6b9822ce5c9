"""What was read once and is kept: schemas for some days, pictures and their references, runs with their summary."""

from typing import Any

import pytest
from seeds import NOW, Place, after, build_place
from sqlmodel import select

from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.kept import (
    begin_run,
    end_run,
    load_pictures,
    load_references,
    load_schema,
    save_picture,
    save_references,
    save_schema,
)
from bridge.store.tables import Run, SchemaCache


@pytest.fixture
def place(store: Store, cipher: Cipher) -> Place:
    return build_place(store, cipher)


@pytest.mark.parametrize("payload", [{"a": [1, {"b": None}]}, [], {}, "x", 0, ["é", True]])
def test_a_schema_is_kept_for_some_days(payload: Any, store: Store, place: Place) -> None:
    with store.write() as session:
        save_schema(session, place.shop_id, "schema", "100", payload, "v1", NOW)
    with store.read() as session:
        assert load_schema(session, place.shop_id, "schema", "100", after(days=7), 7) == (payload, "v1")
        assert load_schema(session, place.shop_id, "schema", "100", after(days=7, seconds=1), 7) is None
        assert load_schema(session, place.shop_id, "choices", "100", NOW, 7) is None
        assert load_schema(session, place.shop_id, "schema", "101", NOW, 7) is None


def test_a_schema_read_again_replaces_the_old(store: Store, place: Place) -> None:
    with store.write() as session:
        save_schema(session, place.shop_id, "schema", "100", {"a": 1}, "v1", NOW)
        save_schema(session, place.shop_id, "schema", "100", {"a": 2}, "v2", after(days=9))
    with store.read() as session:
        assert load_schema(session, place.shop_id, "schema", "100", after(days=10), 7) == ({"a": 2}, "v2")
        assert len(session.exec(select(SchemaCache)).all()) == 1


def test_the_outcome_of_a_fetch_is_kept(store: Store) -> None:
    with store.write() as session:
        save_picture(session, "https://x.example/1", None, "gone", NOW)
        save_picture(session, "https://x.example/2", "abc", None, NOW)
    with store.write() as session:
        save_picture(session, "https://x.example/1", "def", None, after(hours=1))
    with store.read() as session:
        found = load_pictures(session, ["https://x.example/1", "https://x.example/2", "https://x.example/3"])
        assert {link: (row.sha256, row.problem) for link, row in found.items()} == {
            "https://x.example/1": ("def", None),
            "https://x.example/2": ("abc", None),
        }
        assert load_pictures(session, []) == {}


def test_references_belong_to_a_shop_or_channel(store: Store) -> None:
    with store.write() as session:
        save_references(session, "shopee/1", {"abc": "r1", "def": "r2"}, NOW)
        save_references(session, "shopee/2", {"abc": "other"}, NOW)
        save_references(session, "shopee/1", {"abc": "r3"}, after(hours=1))
        save_references(session, "shopee/1", {}, NOW)
    with store.read() as session:
        assert load_references(session, "shopee/1", ["abc", "def", "ghi"]) == {"abc": "r3", "def": "r2"}
        assert load_references(session, "shopee/2", ["abc"]) == {"abc": "other"}
        assert load_references(session, "shopee/3", ["abc"]) == {}


def test_a_run_remembers_how_it_ended(store: Store) -> None:
    with store.write() as session:
        one, two = begin_run(session, "sync", NOW), begin_run(session, "apply", NOW)
        assert one != two
        end_run(session, one, "guarded", {"writes": 0, "seconds": 1.5}, after(minutes=1), "c0ffee12")
    with store.read() as session:
        run = session.get_one(Run, one)
        assert (run.state, run.summary, run.ended_at, run.confirm_code) == (
            "guarded", {"writes": 0, "seconds": 1.5}, after(minutes=1), "c0ffee12",
        )  # fmt: skip
        assert session.get_one(Run, two).state == "running"
