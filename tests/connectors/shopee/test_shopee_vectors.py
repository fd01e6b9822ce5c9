"""Every signature vector: those that must match do, and those that must not do not."""

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.shopee import plugin
from bridge.connectors.shopee.auth import sign, sign_push

FILE = Path(__file__).parents[4] / "shared" / "platforms" / "vectors" / "shopee.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text()) if FILE.is_file() else {}
API = {row["id"]: row for row in VECTORS.get("api_vectors", [])}
PUSH = {row["id"]: row for row in VECTORS.get("push_vectors", [])}
NEGATIVE = VECTORS.get("must_not_match", [])
pytestmark = [pytest.mark.shared_data, pytest.mark.skipif(not VECTORS, reason="the shared vectors are not here")]


def signed(row: dict[str, Any]) -> str:
    owner = str(row.get("shop_id", row.get("merchant_id", "")))
    return sign(
        str(row["partner_id"]),
        row["partner_key"],
        row["path"],
        row["timestamp"],
        row.get("access_token", ""),
        owner,
    )


@pytest.mark.parametrize("row", API.values(), ids=API)
def test_api_vectors_match(row: dict[str, Any]) -> None:
    assert signed(row) == row["sign"]


@pytest.mark.parametrize("row", PUSH.values(), ids=PUSH)
def test_push_vectors_match_and_are_read(row: dict[str, Any]) -> None:
    body = row["body"].encode()
    assert sign_push(row["partner_key"], row["url"], body) == row["authorization"]
    assert plugin.read(row["url"], {"Authorization": row["authorization"]}, body, row["partner_key"]) is not None


@pytest.mark.parametrize("row", NEGATIVE, ids=[row["id"] for row in NEGATIVE])
def test_wrong_variants_do_not_match(row: dict[str, Any]) -> None:
    if row["of"] in API:
        assert signed(API[row["of"]]) != row["sign"]
        return
    of = PUSH[row["of"]]
    assert sign_push(of["partner_key"], of["url"], of["body"].encode()) != row["authorization"]
    headers = {"Authorization": row["authorization"]}
    assert plugin.read(of["url"], headers, of["body"].encode(), of["partner_key"]) is None


def test_the_set_is_whole() -> None:
    assert (len(API), len(PUSH), len(NEGATIVE)) == (14, 6, 9)
