"""What every connector is built from: numbers from strangers, pages that shift, rows that are settled alone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel, model_validator

from bridge.connectors.base import Operation, SkuOutcome, SkuWrite, Verdict
from bridge.connectors.outcomes import (
    Campaign,
    Locked,
    QuotaUsed,
    guarded,
    later,
    refused,
    remote_id_of,
    settle_skus,
    verdict_of,
)
from bridge.connectors.paging import chunks, in_halves, still_pages
from bridge.connectors.wire import Count, Number, Rows, Text, absent_nulls, moment, parse, read_settings
from bridge.errors import ChannelUnavailable, Misconfigured, OutcomeUnknown, Rejected
from bridge.model import OpKind, Window

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class Row(BaseModel):
    _null_is_absent = model_validator(mode="before")(absent_nulls)
    id: Text = ""
    count: Count = 0
    number: Number = 0.0
    rows: Rows[int] = []


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (576461413038785752, 576461413038785752),
        ("576461413038785752", 576461413038785752),
        (" 12 ", 12),
        ("12.0", 12),
        (12.9, 12),
        ("-3", -3),
        (None, 0),
        ("", 0),
    ],
)
def test_whole_numbers_keep_their_digits(value: object, count: int) -> None:
    assert parse(Row, {"count": value}, "x").count == count


@pytest.mark.parametrize("value", ["soon", [], {}, "1e999", float("nan"), "Infinity", "٣x"])
@pytest.mark.parametrize("field", ["count", "number"])
def test_what_is_no_number_is_an_unknown_outcome(field: str, value: object) -> None:
    with pytest.raises(OutcomeUnknown, match=f"GET /x: the answer has an unexpected form at {field}") as caught:
        parse(Row, {field: value}, "GET /x")
    assert caught.value.__context__ is None


def test_a_number_beyond_every_float_is_no_crash() -> None:
    assert parse(Row, {"count": 10**400}, "x").count == 10**400
    with pytest.raises(OutcomeUnknown):
        parse(Row, {"number": 10**400}, "x")


def test_null_is_what_was_not_sent() -> None:
    assert parse(Row, {"id": None, "number": None, "rows": None}, "x") == Row()
    assert parse(Row, {"id": 7}, "x").id == "7"
    with pytest.raises(OutcomeUnknown):
        parse(Row, "text", "x")


@pytest.mark.parametrize("stamp", [0, -5, 10**18, 10**400])
def test_what_is_no_time_is_none(stamp: int) -> None:
    assert moment(stamp) is None
    assert moment(1795400000) is not None


def test_a_wrong_setting_is_told_without_its_value() -> None:
    class Form(BaseModel):
        app_id: str
        rate: int = 1

    assert read_settings(Form, {"app_id": "1", "rate": ""}).rate == 1
    with pytest.raises(Misconfigured, match="rate") as caught:
        read_settings(Form, {"app_id": "1", "rate": "s3cret"})
    assert "s3cret" not in str(caught.value)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_chunks_are_never_larger() -> None:
    assert [list(some) for some in chunks([1, 2, 3], 2)] == [[1, 2], [3]]
    assert list(chunks([], 2)) == []


def walk(window: Window, *rounds: int) -> list[datetime]:
    """How often a window is asked, whose rounds have so many pages."""
    asked: list[datetime] = []
    left = list(rounds)

    def pages(since: datetime, _until: datetime | None) -> Iterator[int]:
        asked.append(since)
        yield from range(left.pop(0))

    list(still_pages(window, lambda: NOW, pages))
    return asked


def test_a_window_of_several_pages_is_asked_again_until_it_is_still() -> None:
    since = NOW - timedelta(days=1)
    again = NOW - timedelta(seconds=1)
    assert walk(Window(since, None), 1) == [since]
    assert walk(Window(since, None), 0) == [since]
    assert walk(Window(since, None), 3, 2, 1) == [since, again, again]
    assert walk(Window(since, NOW - timedelta(hours=1)), 3) == [since]
    assert walk(Window(since, NOW + timedelta(hours=1)), 3, 1) == [since, again]


def spoilt(bad: set[int]) -> tuple[list[Sequence[int]], object]:
    asked: list[Sequence[int]] = []

    def ask(some: Sequence[int]) -> list[int]:
        asked.append(list(some))
        if bad & set(some):
            raise Rejected("bad", "b")
        return list(some)

    return asked, ask


def test_a_bad_key_is_found_in_halves() -> None:
    asked, ask = spoilt({3})
    assert in_halves([1, 2, 3, 4], ask, lambda error: error.code == "b") == [1, 2, 4]  # type: ignore[arg-type]
    assert asked == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]
    _, ask = spoilt({1, 2})
    assert in_halves([1, 2], ask, lambda _error: True, lambda key, _error: [-key]) == [-1, -2]  # type: ignore[arg-type]
    with pytest.raises(Rejected):
        in_halves([1], ask, lambda _error: False)  # type: ignore[arg-type]


# --- outcomes ---------------------------------------------------------------------------------------------------------

OP = Operation(7, OpKind.STOCK, "k", "5", (SkuWrite(1, "A", "61"), SkuWrite(2, "B", "62")), {})


def test_a_refusal_has_a_verdict_and_our_word_for_it() -> None:
    assert verdict_of(Locked("x")) == (Verdict.RETRY, "locked")
    assert verdict_of(QuotaUsed("x")) == (Verdict.RETRY, "quota")
    assert verdict_of(Rejected("x", "c")) == (Verdict.REJECTED, "c")
    assert verdict_of(ChannelUnavailable("x")) == (Verdict.RETRY, "")
    assert Locked("x", origin="12").origin == "12"


def test_a_refusal_of_several_is_tried_alone() -> None:
    assert (refused(OP, Rejected("x", "c")).code, refused(OP, Rejected("x", "c"), alone=False).code) == ("c", "alone")
    assert later(OP).retry_after == timedelta(0)


def test_a_step_is_guarded_against_refusals_only() -> None:
    def fail(error: Exception) -> object:
        def step(_operation: Operation) -> object:
            raise error

        return step

    assert guarded(OP, fail(Locked("x"))).retry_after == timedelta(hours=1)  # type: ignore[arg-type]
    with pytest.raises(OutcomeUnknown):
        guarded(OP, fail(OutcomeUnknown("x")))  # type: ignore[arg-type]
    with pytest.raises(Rejected, match="names no listing"):
        remote_id_of(Operation(7, OpKind.STOCK, "k", None, (), {}))


@pytest.mark.parametrize(
    ("first", "second", "worst"),
    [
        (Verdict.DONE, Verdict.DONE, Verdict.DONE),
        (Verdict.DONE, Verdict.REJECTED, Verdict.REJECTED),
        (Verdict.RETRY, Verdict.REJECTED, Verdict.RETRY),
        (Verdict.UNKNOWN, Verdict.RETRY, Verdict.UNKNOWN),
    ],
)
def test_an_operation_takes_the_worst_of_its_rows(first: Verdict, second: Verdict, worst: Verdict) -> None:
    outcome = settle_skus(OP, [SkuOutcome(1, first, message="a"), SkuOutcome(2, second, message="b")])
    assert outcome.verdict is worst
    assert {row.listing_sku_id for row in outcome.skus} == ({2} if first is worst else {1})


def test_an_operation_without_rows_is_done() -> None:
    assert settle_skus(OP, []).verdict is Verdict.DONE


def test_a_lock_says_when_to_come_again() -> None:
    locked = SkuOutcome(1, Verdict.RETRY, code="locked")
    assert settle_skus(OP, [locked]).retry_after == timedelta(hours=1)
    assert settle_skus(OP, [SkuOutcome(1, Verdict.RETRY)]).retry_after is None


def test_a_campaign_leaves_it_to_the_engine_when_to_come_again() -> None:
    held, throttled = SkuOutcome(2, Verdict.RETRY, code="campaign"), SkuOutcome(1, Verdict.RETRY)
    outcome = settle_skus(OP, [throttled, held])
    assert (outcome.verdict, outcome.code, outcome.retry_after) == (Verdict.RETRY, "campaign", None)
    assert refused(OP, Campaign("x")).retry_after is None
