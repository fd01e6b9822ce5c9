"""The signature vectors of the fact sheet, over the functions and over HTTP."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from sandbox_client import Answer, Sandbox, Seller

from bridge.sandbox.shopee.signing import matches, sign, sign_push

VECTORS = Path(__file__).parents[3] / "shared" / "platforms" / "vectors" / "shopee.json"
pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def vectors() -> Answer:
    if not VECTORS.exists():
        pytest.skip("the folder ../shared is absent")
    found: Answer = json.loads(VECTORS.read_text())
    return found


def signed(vector: dict[str, Any]) -> str:
    owner = vector.get("shop_id", vector.get("merchant_id", ""))
    head = (vector["partner_key"], str(vector["partner_id"]), vector["path"], str(vector["timestamp"]))
    return sign(*head, vector.get("access_token", ""), str(owner))


def test_every_api_vector_is_met(vectors: Answer) -> None:
    assert len(vectors["api_vectors"]) >= 14
    assert [signed(vector) for vector in vectors["api_vectors"]] == [
        vector["sign"] for vector in vectors["api_vectors"]
    ]


def test_every_push_vector_is_met(vectors: Answer) -> None:
    pushes = vectors["push_vectors"]
    got = [sign_push(push["partner_key"], push["url"], push["body"].encode()) for push in pushes]
    assert got == [push["authorization"] for push in pushes]


def test_what_must_not_match_does_not_match(vectors: Answer) -> None:
    by_id = {vector["id"]: vector for vector in vectors["api_vectors"]}
    pushes = {push["id"]: push for push in vectors["push_vectors"]}
    for wrong in vectors["must_not_match"]:
        if wrong["of"] in by_id:
            assert not matches(wrong["sign"], signed(by_id[wrong["of"]])), wrong["id"]
        else:
            push = pushes[wrong["of"]]
            right = sign_push(push["partner_key"], push["url"], push["body"].encode())
            assert not matches(wrong["authorization"], right), wrong["id"]


def error(seller: Seller, path: str = "shop/get_shop_info", **how: Any) -> tuple[str, str]:
    answer = seller.get(path, **how)
    assert "access_token" not in answer
    return answer["error"], answer["message"]


def test_the_wrong_forms_of_a_signature_are_refused_over_http(seller: Seller) -> None:
    good = seller.signed("shop/get_shop_info")
    public = seller.signed("shop/get_shop_info", public=True)["sign"]
    for sign_ in (public, good["sign"].upper(), "0" * 64, "ä"):
        assert error(seller, sign=sign_)[0] == "error_sign"
    assert error(seller)[0] == ""


def test_shop_and_merchant_together_are_a_wrong_sign(seller: Seller) -> None:
    assert error(seller, merchant_id=seller.shop_id)[0] == "error_sign"


def test_public_calls_refuse_shop_signatures(seller: Seller) -> None:
    assert error(seller, "public/get_shops_by_partner")[0] == "error_sign"


def test_push_calls_word_a_wrong_sign_in_their_own_way(seller: Seller) -> None:
    assert error(seller, "push/get_app_push_config", public=True, sign="0" * 64) == (
        "common.error_auth",
        "Invalid sign",
    )


def test_checks_come_in_the_order_of_the_gateway(seller: Seller) -> None:
    old = int(time.time()) - 900
    assert error(seller, partner_id=None, timestamp=None) == ("error_param", "There is no partner_id in query.")
    assert error(seller, partner_id=1, timestamp=old) == ("error_param", "Invalid partner_id.")
    assert error(seller, timestamp=None, sign="x") == ("error_param", "no timestamp")
    assert error(seller, timestamp="soon", sign="x") == ("error_param", "Invalid timestamp")
    assert error(seller, timestamp=old, sign="x") == ("error_param", "Timestamp is expired.")
    assert error(seller, timestamp=int(time.time() * 1000)) == ("error_param", "Timestamp is expired.")
    assert error(seller, sign=None, access_token="x") == ("error_param", "There is no sign in query.")
    assert error(seller, sign="x", access_token="x") == ("error_sign", "Wrong sign.")


def test_token_and_shop_are_looked_at_after_the_sign(seller: Seller, sandbox: Sandbox) -> None:
    assert error(seller, public=True) == ("error_param", "There is no access_token in query.")
    other = Seller(sandbox, seller.shop)
    other.token = "never issued"
    assert error(other) == ("error_auth", "Invalid access_token.")
    other.token, other.shop_id = seller.token, 1
    assert error(other) == ("error_auth", "Invalid partner_id or shopid.")
    stranger = sandbox.seller()
    stranger.token = seller.token
    assert error(stranger) == ("error_auth", "Invalid access_token.")
    unlinked = Seller(sandbox, sandbox.post("shops", {"authorised": False}))
    unlinked.token = seller.token
    assert error(unlinked)[0] == "partner_shop_no_link"


def test_a_wrong_path_and_a_wrong_verb_are_parameter_errors(seller: Seller) -> None:
    assert error(seller, "product/get_nothing")[0] == "error_param"
    assert "offline" in error(seller, "product/get_variation_tree")[1]
    assert error(seller, "product/add_item")[0] == "error_param"
    assert error(seller, "product/get_nothing", sign="x")[0] == "error_sign"


def test_timestamps_follow_real_time_unless_the_clock_is_skewed(sandbox: Sandbox, seller: Seller) -> None:
    sandbox.advance(1000)
    assert error(seller)[0] == ""
    sandbox.advance(1000, skew=True)
    try:
        assert error(seller)[1] == "Timestamp is expired."
    finally:
        sandbox.advance(-1000, skew=True)
    assert error(seller)[0] == ""
