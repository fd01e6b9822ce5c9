"""The error table: every code of the documents that we know, the one that means many things, and what is unknown."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bridge.connectors.base import Find
from bridge.connectors.outcomes import Campaign, Locked, QuotaUsed, verdict_of
from bridge.connectors.tokopedia import TokopediaConnector, plugin
from bridge.connectors.tokopedia.errors import TABLE, classifier, errors_by, judge_of
from bridge.connectors.tokopedia.types import RowError
from bridge.errors import (
    AuthExpired,
    ChannelError,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShopBlocked,
    TokenExpired,
)

NOW = datetime(2026, 11, 26, 15, 20, tzinfo=UTC)
judge = judge_of(lambda: NOW, time(17, 0))
classify = classifier(judge)

# class, meaning → codes of the documents
CASES: dict[tuple[type[ChannelError], str], str] = {
    (TokenExpired, "token"): "105002",
    (AuthExpired, "scope"): "105005",
    (AuthExpired, "consent"): "105004 101000 106013 36004001 36004004 36004005",
    (Misconfigured, "key"): "106001",
    (Misconfigured, "ip_address"): "36009033",
    (Misconfigured, "request"): "36009004 36009009 36009010 36009014 36009021 36009022 36009023",
    (RateLimited, "throttled"): "36009002 36009037 12052109",
    (OutcomeUnknown, "trouble"): """36009003 36009007 33001002 12001000 12052881 10002014 10002015 10037002 10037003
        10037004""",
    (ShopBlocked, "shop_banned"): "36009043 36009044 12052700",
    (QuotaUsed, "quota"): "12052093",
    (Locked, "merging"): "12052332",
    (Locked, "shop_setup"): "12052995 12052419",
    (Rejected, "storefront"): "12052994 12052330 12052358 12052316",
    (Rejected, "category_unknown"): "12052023 12052024 12052230 12052913",
    (Rejected, "category_blocked"): "12052220 12052223 12052226 12052225",
    (Rejected, "attribute_missing"): "12052104",
    (Rejected, "attribute_wrong"): "12052247 12052254",
    (Rejected, "extras"): "12052105",
    (Rejected, "title_length"): "12052051 12052261",
    (Rejected, "title_signs"): "12052931",
    (Rejected, "description"): "12052932 12052013 12052015 12052344",
    (Rejected, "picture_count"): "12052028 12052306",
    (Rejected, "picture_unusable"): """12052300 12052301 12052340 12052722 12038002 12038004 12038015 12038005 12038014
        12019116""",
    (Rejected, "duplicate"): "12052996",
    (Rejected, "variants_too_many"): "12052050 12052525",
    (Rejected, "variant_names"): "12052560",
    (Rejected, "variants_differ"): "12052036 12052556 12052557 12052553 12019056 12019057",
    (Rejected, "sku_code"): "12052054 12019059",
    (Rejected, "price_range"): "12052073 12052570",
    (Rejected, "price_missing"): "12052571",
    (Rejected, "parcel"): "12019011 12052181 12052006 12052003 12052004 12052005 12052915",
    (Rejected, "courier"): "12052420",
    (Rejected, "stock_range"): "12052055 12019024",
    (Rejected, "stock_of_channel"): "12052382 12052850",
    (
        Rejected,
        "warehouse",
    ): """12052037 12019028 12052516 12052533 12052097 12052530 12052531 12052532 12052535 12052115
        12019022 12052096""",
    (Rejected, "not_found"): "12052032 12052260 12019150 12052031 12052048",
    (Locked, "wrong_status"): "12052901 12019113",
    (Campaign, "campaign"): "12052393 12052038 12019045",
    (Locked, "locked"): "12052308",
    (Rejected, "order_gone"): "21008111 10006402 21011028",
    (Rejected, "order_status"): "25001021 25001045 25001010 21011003 21011040 21011041 21023059 21023035 21042102",
    (Rejected, "shipping_way"): "21011022 11034002",
    (Locked, "order_status"): "21008044 21011007",
    (Locked, "order_busy"): "10007014 11034037 11034023 25001011 21011008",
    (Rejected, "request"): """12052217 12052084 12052547 12019120 12019027 12019087 12019109 12019118 12019119
        12052180""",
    (Rejected, "value"): "98001004 12052990",
}
LISTED = [(code, kind, meaning) for (kind, meaning), codes in CASES.items() for code in codes.split()]


def read(code: object, message: str = "", status: int = 200) -> ChannelError | None:
    return classify(status, {}, {"code": code, "message": message, "request_id": "r", "data": None})


@pytest.mark.parametrize(("code", "kind", "meaning"), LISTED, ids=[code for code, _, _ in LISTED])
def test_a_code_means_one_class_and_one_thing_as_number_and_as_text(
    code: str, kind: type[ChannelError], meaning: str
) -> None:
    for told in (int(code), code):
        error = read(told, "its own words")
        assert (type(error), getattr(error, "meaning", None)) == (kind, meaning)
        assert str(error) == f"{code}: its own words"


@pytest.mark.parametrize(("code", "kind", "meaning"), LISTED, ids=[code for code, _, _ in LISTED])
def test_a_stored_refusal_means_the_same(code: str, kind: type[ChannelError], meaning: str) -> None:
    """The journal keeps the code of the outcome, which of a lock is ours, and the text of the error."""
    error = read(code, "its own words")
    assert error is not None
    assert plugin.meaning(verdict_of(error)[1], str(error)) == meaning


def test_every_code_of_the_table_has_a_case() -> None:
    assert {code for row in TABLE.rows for code in row.codes.split()} == {row[0] for row in LISTED}


def test_every_code_of_the_fact_sheet_has_a_case(shared_data: Path) -> None:
    sheet = (shared_data.parent / "platforms" / "tokopedia-tiktok-shop.md").read_text(encoding="utf-8")
    ours = sheet[: sheet.index("## 10.")]  # then follow the API that is gone, and the sources
    whole = r"(?<![\d_])((?:10|11|12|21|25|33|36|98)\d{6}|10[156]\d{3})(?![\d_])"
    short = r"(?<![\d_])(\d{8})((?: ?/ ?\d{3})+)(?![\d_])"  # 36009021 / 022 / 023
    codes = set(re.findall(whole, ours))
    for first, rest in re.findall(short, ours):
        codes |= {first[:-3] + tail for tail in re.findall(r"\d{3}", rest)}
    assert len(codes) > 140
    assert codes - {row[0] for row in LISTED} == set()


@pytest.mark.parametrize(
    ("message", "kind", "meaning"),
    [
        ("Invalid timestamp, it is more than 5 minutes old", Misconfigured, "clock"),
        ("timestamp is negative", Misconfigured, "clock"),
        ("app_key is invalid", Misconfigured, "key"),
        ("Unknown app key", Misconfigured, "key"),
        ("sign is missing", Misconfigured, "key"),
        ("The signature is invalid", Misconfigured, "key"),
        ("`shop_cipher` is not required for this API", Misconfigured, "request"),
        ("Invalid API version", Misconfigured, "request"),
        ("Invalid access_token", AuthExpired, "consent"),
        ("x-tts-access-token is missing", AuthExpired, "consent"),
        ("something else", Misconfigured, "request"),
    ],
)
def test_the_overloaded_code_is_read_by_its_words(message: str, kind: type[ChannelError], meaning: str) -> None:
    error = read(36009004, message, 400)
    assert (type(error), getattr(error, "meaning", None)) == (kind, meaning)


def test_an_unknown_code_means_nothing_to_people() -> None:
    assert plugin.meaning("77777777", "77777777: never seen") is None
    assert plugin.meaning("audit", "TOKOPEDIA: the picture shows a phone number") == "audit"
    assert plugin.meaning("locked", "no code at all") == "locked", "as much as our own word says"


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_the_body_counts_whatever_the_status(status: int) -> None:
    assert isinstance(read(105002, "expired", status), TokenExpired)
    assert isinstance(read(36009043, "inactive", status), ShopBlocked)
    assert isinstance(read(12052051, "too long", status), Rejected)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, OutcomeUnknown),
        (429, RateLimited),
        (503, RateLimited),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (401, Misconfigured),
        (400, Rejected),
    ],
)
def test_an_unknown_code_is_judged_by_its_status(status: int, kind: type[ChannelError]) -> None:
    assert type(read(77777777, "never seen", status)) is kind


def test_the_quota_waits_for_the_next_day_and_the_sandbox_cap_for_the_next_hour() -> None:
    quota, cap = read(12052093), read(36009037, "", 429)
    assert quota is not None
    assert cap is not None
    assert quota.retry_after == timedelta(hours=1, minutes=40)
    assert cap.retry_after == timedelta(minutes=40)


def test_success_is_code_zero_with_a_good_status() -> None:
    assert read(0) is None
    assert read("0") is None
    assert isinstance(read(0, "", 500), OutcomeUnknown)


@pytest.mark.parametrize("body", [[], "text", None, {}, {"message": "x"}, {"code": None}, {"code": True}, 5])
def test_an_answer_without_a_code_is_unknown(body: object) -> None:
    assert isinstance(classify(200, {}, body), OutcomeUnknown)
    assert isinstance(classify(429, {}, body), RateLimited)


def test_of_a_wrapped_error_the_inner_code_counts() -> None:
    rows = [
        {
            "code": 12052990,
            "message": "check failed",
            "detail": {"product_id": 5, "extra_errors": [{"code": 12052332}]},
        },
        {"code": "12052048", "message": "foreign", "detail": {"product_id": "6"}},
        {"code": 1, "message": "late", "detail": {"product_id": "6"}},
        {"code": 12052036, "message": "no id"},
    ]
    found = errors_by([RowError.model_validate(row) for row in rows], "product_id", judge)
    assert {key: type(error) for key, error in found.items()} == {"5": Locked, "6": Rejected, "": Rejected}
    assert "check failed" in str(found["5"])


# --- answers that are no answers --------------------------------------------------------------------------------------


def all_of(shop: TokopediaConnector) -> list[Any]:
    return list(shop.listings(Find.ALL, (), None))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _s: None)


@pytest.mark.parametrize(("status", "kind"), [(502, OutcomeUnknown), (503, RateLimited), (429, RateLimited)])
def test_a_page_of_html_is_judged_by_its_status(
    wire: Any, shop: TokopediaConnector, status: int, kind: type[ChannelError]
) -> None:
    answer = httpx2.Response(status, content=b"<html>", headers={"Retry-After": "60"})
    wire.answer("/product/202502/products/search", answer, answer, answer, answer)
    with pytest.raises(kind) as caught:
        all_of(shop)
    assert caught.value.retry_after == timedelta(minutes=1)
    assert len(wire.calls) == 1, "so long a wait is the journal's"


@pytest.mark.parametrize(
    "data",
    [
        {"products": "nonsense"},
        {"products": [{"title": "no id"}]},
        {"products": [{"id": "1", "update_time": "soon"}]},
        {"products": [{"id": "1", "skus": [{"id": "2", "price": {"sale_price": "1e999"}}]}]},
        {"products": [{"id": "1", "skus": [{"id": "2", "inventory": [{"quantity": []}]}]}]},
        [],
        "text",
    ],
)
def test_an_answer_of_another_form_is_not_guessed_at(wire: Any, shop: TokopediaConnector, data: Any) -> None:
    wire.answer("/product/202502/products/search", {"code": 0, "message": "", "data": data})
    with pytest.raises(OutcomeUnknown, match="unexpected form") as caught:
        all_of(shop)
    assert caught.value.__context__ is None


def test_numbers_may_be_text_and_ids_numbers(wire: Any, shop: TokopediaConnector) -> None:
    sku = {"id": 1729592969712207013, "price": {"tax_exclusive_price": 15000.0}, "inventory": [{"quantity": "7"}]}
    row = {
        "id": 1729592969712207009,
        "title": None,
        "status": "SOMETHING_NEW",
        "skus": [sku],
        "update_time": "1795400000",
    }
    wire.answer("/product/202502/products/search", {"products": [{**row, "audit": None}], "next_page_token": None})
    (listing,) = all_of(shop)
    assert (listing.remote_id, listing.status, listing.visible) == ("1729592969712207009", "SOMETHING_NEW", False)
    assert (listing.skus[0].remote_sku_id, listing.skus[0].price_idr) == ("1729592969712207013", 15000)
    assert listing.skus[0].stock == {"": 7}
    assert listing.updated_at is not None
