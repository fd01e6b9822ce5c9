"""The platform's own samples, read in place: valid ones parse, and the fact sheet names no code that the table lacks."""

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.tokopedia.auth import read_push, sign_push
from bridge.connectors.tokopedia.errors import classifier, errors_by, judge_of
from bridge.connectors.tokopedia.order_types import Order, OrderPage
from bridge.connectors.tokopedia.orders import remote_order
from bridge.connectors.tokopedia.types import (
    AttributeList,
    CategoryList,
    CategoryRules,
    Product,
    ProductPage,
    Results,
    ShopList,
    Uploaded,
    Written,
)
from bridge.connectors.wire import parse
from bridge.errors import OutcomeUnknown

pytestmark = pytest.mark.shared_data
FORMS: dict[str, Any] = {
    "create-product": Written,
    "get-product": Product,
    "search-products": ProductPage,
    "get-authorized-shops": ShopList,
    "get-categories": CategoryList,
    "get-attributes": AttributeList,
    "get-category-rules": CategoryRules,
    "get-order-detail": OrderPage,
    "get-order-list": OrderPage,
    "update-inventory": Results,
    "update-price": Results,
    "recover-products": Results,
    "upload-product-image": Uploaded,
}
judge = judge_of(lambda: datetime(2026, 11, 26, tzinfo=UTC), time(17, 0))
classify = classifier(judge)


@pytest.fixture
def sample(shared_data: Path) -> Any:
    folder = shared_data / "api-samples" / "tiktokshop"
    return lambda name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def read(name: str, sample: Any) -> Any:
    return parse(FORMS[name], sample(name)["response"]["data"], name)


@pytest.mark.parametrize("name", FORMS)
def test_a_sample_answer_is_read(name: str, sample: Any) -> None:
    assert classify(200, {}, sample(name)["response"]) is None
    read(name, sample)


def test_every_sample_answer_of_today_is_an_answer(shared_data: Path) -> None:
    for path in sorted((shared_data / "api-samples" / "tiktokshop").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        if "response" in told:
            assert classify(200, {}, told["response"]) is None, path.name


def test_products_orders_and_rows_mean_what_they_say(sample: Any) -> None:
    product = read("get-product", sample)
    assert (product.statuses["TIKTOK_SHOP"], product.skus[0].price.shown) == ("SELLER_DEACTIVATED", 118)
    listed = read("search-products", sample).products[0]
    assert listed.statuses == {"TIKTOK_SHOP": "ACTIVATE", "TOKOPEDIA": "PLATFORM_DEACTIVATED"}
    order = remote_order(read("get-order-list", sample).orders[0], True)
    assert (order.remote_id, order.open, order.total_idr) == ("576461413038785752", True, 5000)
    assert [(line.remote_sku_id, line.ordered) for line in order.lines] == [("2729382476852921123", 1)]
    assert read("get-attributes", sample).attributes[0].is_required is False
    assert "PRE_ORDER" in str(read("get-category-rules", sample).allowed_special_product_types)
    rows = read("update-inventory", sample).errors
    (error,) = errors_by(rows, "sku_id", judge).items()
    assert error[0] == "1729592969712207013"
    assert error[1].code == "12052097"  # type: ignore[attr-defined]


def test_answers_of_another_generation_hold_nothing_of_ours(shared_data: Path) -> None:
    for path in sorted((shared_data / "api-samples" / "tiktokshop-2022-recorded").glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8"))["response"]:
            body = case.get("response", {}).get("body") or {}
            assert parse(OrderPage, body.get("data") or {}, path.name).orders == []


@pytest.mark.parametrize("kind", [1, 3, 6, 15, 19, 25, 35, 37])
def test_sample_webhooks_are_read(shared_data: Path, kind: int) -> None:
    folder = shared_data / "api-samples" / "tiktokshop-webhooks"
    (path,) = folder.glob(f"{kind}-*.json")
    for push in json.loads(path.read_text(encoding="utf-8"))["examples"]:
        body = json.dumps(push).encode()
        hints = read_push({"authorization": sign_push("app", "k", body)}, body, "app:k")
        assert hints is not None
        shops = [hint.remote_shop_id for hint in hints]
        assert shops == ([] if kind in (19, 25) else ["7494049642642441621"])


def test_an_order_of_the_old_generation_has_no_id_of_ours() -> None:
    with pytest.raises(OutcomeUnknown):
        parse(Order, {"order_id": "1", "order_status": 100}, "old")
