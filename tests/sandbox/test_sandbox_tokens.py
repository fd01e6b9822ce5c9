"""Codes, token pairs, consent pages, shops."""

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sandbox_client import Answer, Sandbox, Seller, fetch

GET, REFRESH = "auth/token/get", "auth/access_token/get"


def exchange(seller: Seller, code: str, **owner: int) -> Answer:
    body = {"code": code, "partner_id": int(seller.sandbox.partner_id), **(owner or {"shop_id": seller.shop_id})}
    return seller.post(GET, body, public=True)


def refresh(seller: Seller, token: str, **more: Any) -> Answer:
    body = {"refresh_token": token, "partner_id": int(seller.sandbox.partner_id), "shop_id": seller.shop_id} | more
    return seller.post(REFRESH, {name: value for name, value in body.items() if value is not None}, public=True)


def works(seller: Seller, token: str) -> bool:
    seller.token = token
    return bool(seller.get("shop/get_shop_info")["error"] == "")


def test_a_code_gives_one_pair_and_then_nothing(seller: Seller) -> None:
    answer = exchange(seller, seller.shop["auth_code"])
    assert answer["error"] == ""
    assert answer["expire_in"] == 14400
    assert answer["shop_id_list"] == [seller.shop_id]
    assert "response" not in answer
    assert works(seller, answer["access_token"])
    again = exchange(seller, seller.shop["auth_code"])
    assert again["error"] == "invalid_code"
    assert "access_token" not in again


def test_a_code_fits_its_shop_and_lives_ten_minutes(seller: Seller, sandbox: Sandbox) -> None:
    code = seller.shop["auth_code"]
    assert exchange(seller, code, shop_id=1)["error"] == "invalid_shop_id"
    assert exchange(seller, code, main_account_id=5)["error"] == "invalid_main_acount_id"
    assert exchange(seller, code, shop_id=seller.shop_id, main_account_id=5)["error"] == "error_param"
    assert exchange(seller, "never issued")["error"] == "invalid_code"
    sandbox.advance(601)
    assert exchange(seller, code)["error"] == "invalid_code"
    fresh = next(s for s in sandbox.get("credentials")["shops"] if s["id"] == seller.shop["id"])["auth_code"]
    assert exchange(seller, fresh)["error"] == ""


def test_token_calls_say_what_is_missing(seller: Seller) -> None:
    assert "code is a required field" in seller.post(GET, {}, public=True)["message"]
    assert seller.post(GET, b"no json", public=True)["error"] == "error_param"
    wrong = {"code": "x", "partner_id": 1, "shop_id": 1}
    assert seller.post(GET, wrong, public=True)["message"] == "Invalid partner_id."
    assert refresh(seller, "x", merchant_id=3)["error"] == "error_param"
    assert refresh(seller, "x", shop_id=None)["error"] == "error_param"


def test_refreshing_rotates_and_leaves_five_minutes_of_grace(seller: Seller, sandbox: Sandbox) -> None:
    old = seller.shop["access_token"]
    answer = refresh(seller, seller.shop["refresh_token"])
    assert answer["error"] == ""
    assert answer["shop_id"] == seller.shop_id
    assert {answer["access_token"], answer["refresh_token"]}.isdisjoint({old, seller.shop["refresh_token"]})
    sandbox.advance(290)
    assert works(seller, old)
    sandbox.advance(20)
    assert not works(seller, old)
    assert works(seller, answer["access_token"])


def test_a_refresh_token_works_once(seller: Seller, sandbox: Sandbox) -> None:
    used = seller.shop["refresh_token"]
    refresh(seller, used)
    assert (refresh(seller, used)["error"], refresh(seller, "never issued")["error"]) == ("error_auth", "error_auth")
    other = sandbox.seller()
    assert refresh(seller, other.shop["refresh_token"])["error"] == "error_shop_refresh_token"
    assert refresh(seller, used, shop_id=1)["error"] == "shop_no_linked"


def test_tokens_grow_old_on_the_sandbox_clock(seller: Seller, sandbox: Sandbox) -> None:
    sandbox.advance(14_401)
    assert not works(seller, seller.shop["access_token"])
    sandbox.advance(30 * 86_400)
    assert refresh(seller, seller.shop["refresh_token"])["error"] == "refresh_token_expired"
    sandbox.advance(366 * 86_400)
    assert refresh(seller, seller.shop["refresh_token"])["error"] == "shop_access_expired"
    assert seller.get("shop/get_shop_info")["error"] == "shop_access_expired"


def test_a_switch_gives_the_same_pair_again_for_four_hours(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox(refresh_again=True)
    seller = sandbox.seller()
    first = refresh(seller, seller.shop["refresh_token"])
    second = refresh(seller, seller.shop["refresh_token"])
    assert (first["access_token"], first["refresh_token"]) == (second["access_token"], second["refresh_token"])
    sandbox.advance(4 * 3600 + 1)
    assert refresh(seller, seller.shop["refresh_token"])["error"] == "error_auth"


def consent(sandbox: Sandbox, page: str, **params: Any) -> tuple[int, dict[str, list[str]], str]:
    """Status, the query of the redirect, the body."""
    parts = urlsplit(sandbox.address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
    connection.request("GET", f"{page}?{urlencode(params)}")
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, parse_qs(urlsplit(answer.headers.get("location", "")).query), body


def link(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    where = "http://127.0.0.1:9/back?toko=1"
    plain = {"partner_id": sandbox.partner_id, "auth_type": "seller", "response_type": "code", "redirect_uri": where}
    return plain | more


def test_the_fixed_page_authorises_the_named_shop_and_keeps_the_state(sandbox: Sandbox) -> None:
    shop = sandbox.post("shops", {"authorised": False})
    assert "access_token" not in shop
    status, back, _ = consent(sandbox, "/auth", **link(sandbox, state="a b&c", shop_id=shop["id"]))
    assert status == 302
    assert (back["state"], back["shop_id"], back["toko"]) == (["a b&c"], [shop["id"]], ["1"])
    seller = Seller(sandbox, shop)
    assert works(seller, exchange(seller, back["code"][0])["access_token"])


def test_the_first_shop_without_authorisation_is_taken_when_none_is_named(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox()
    shop = sandbox.post("shops", {"authorised": False})
    _, back, _ = consent(sandbox, "/auth", **link(sandbox))
    assert back["shop_id"] == [shop["id"]]
    status, _, page = consent(sandbox, "/auth", **link(sandbox))
    assert status == 200
    assert f"shop_id={shop['id']}" in page


@pytest.mark.parametrize("change", [{"partner_id": 1}, {"auth_type": "x"}, {"redirect_uri": "javascript:x"}])
def test_a_wrong_link_is_refused(sandbox: Sandbox, change: dict[str, Any]) -> None:
    assert consent(sandbox, "/auth", **link(sandbox, **change))[0] == 400


def test_the_signed_link_lives_five_minutes(sandbox: Sandbox, seller: Seller) -> None:
    path, where = "shop/auth_partner", {"redirect": "http://127.0.0.1:9/back", "shop_id": seller.shop_id}
    good = seller.signed(path, public=True) | where
    status, back, _ = consent(sandbox, f"/api/v2/{path}", **good)
    assert (status, back["shop_id"], "state" in back) == (302, [str(seller.shop_id)], False)
    assert consent(sandbox, f"/api/v2/{path}", **good | {"timestamp": good["timestamp"] - 400})[0] == 403
    assert consent(sandbox, f"/api/v2/{path}", **good | {"redirect": ""})[0] == 400


def test_cancelling_ends_everything(sandbox: Sandbox, seller: Seller) -> None:
    status, _, page = consent(sandbox, "/cancel_auth", **link(sandbox))
    assert status == 200
    assert "akun utama" not in page
    path = "shop/cancel_auth_partner"
    query = seller.signed(path, public=True) | {"redirect": "http://127.0.0.1:9/", "shop_id": seller.shop_id}
    assert consent(sandbox, f"/api/v2/{path}", **query)[0] == 302
    assert seller.get("shop/get_shop_info")["error"] == "partner_shop_no_link"
    assert refresh(seller, seller.shop["refresh_token"])["error"] == "shop_no_linked"


def test_a_main_account_shares_its_first_pair(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox()
    one, two = (Seller(sandbox, shop) for shop in sandbox.credentials["shops"][:2])
    _, _, page = consent(sandbox, "/auth", **link(sandbox))
    account = page.split("main_account_id=")[1].split('"')[0].split("&")[0]
    _, back, _ = consent(sandbox, "/auth", **link(sandbox, main_account_id=account))
    assert back["main_account_id"] == [account]
    pair = exchange(one, back["code"][0], main_account_id=int(account))
    assert len(pair["shop_id_list"]) == 3
    assert works(one, pair["access_token"])
    assert works(two, pair["access_token"])
    first, second = (refresh(seller, pair["refresh_token"]) for seller in (one, two))
    assert first["access_token"] != second["access_token"]
    assert not works(two, first["access_token"])


def test_shops_are_listed_page_by_page_without_an_error_key(sandbox: Sandbox, seller: Seller) -> None:
    found, page, more = [], 1, True
    while more:
        answer = seller.get("public/get_shops_by_partner", {"page_size": 2, "page_no": page}, public=True)
        assert "error" not in answer
        found += [shop["shop_id"] for shop in answer["authed_shop_list"]]
        page, more = page + 1, answer["more"]
    assert seller.shop_id in found
    assert len(found) == len(set(found))
    assert seller.get("public/get_shops_by_partner", {"page_size": 101}, public=True)["error"] == "error_param"
    assert seller.get("public/get_shops_by_partner", {"page_no": 0}, public=True)["error"] == "error_param"


def test_shop_calls(seller: Seller) -> None:
    info = seller.get("shop/get_shop_info")
    assert (info["shop_name"], info["region"], info["status"]) == ("Toko Uji", "ID", "NORMAL")
    assert info["expire_time"] > info["auth_time"]
    assert seller.read("shop/get_profile")["shop_name"] == "Toko Uji"
    assert seller.get("shop/get_warehouse_detail")["error"] == "warehouse.error_not_in_whitelist"
    assert seller.get("public/get_shopee_ip_ranges", public=True)["ip_list"]


def test_pages_of_the_sandbox_are_served(sandbox: Sandbox) -> None:
    assert fetch("GET", f"{sandbox.address}/file/abc")[0] == 200
    assert fetch("GET", f"{sandbox.address}/nothing")[0] == 404
