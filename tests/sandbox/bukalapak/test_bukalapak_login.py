"""User id and token, the log-in that a bridge never needs, and what a user is told about himself."""

import json
from typing import Any

import pytest
from bukalapak_client import Lapak, ask, basic
from sandbox_client import Sandbox

READS = ("users/info", "users", "categories", "products", "products/mylapak", "transactions", "available_couriers")


def login(sandbox: Sandbox, name: str, password: str, form: str = "v2") -> dict[str, Any]:
    status, _, body = ask("POST", f"{sandbox.address}/{form}/authenticate.json", b"", basic(name, password))
    assert status == 200
    return dict(json.loads(body))


@pytest.mark.parametrize("path", READS)
def test_every_call_wants_user_id_and_token(lapak: Lapak, path: str) -> None:
    assert lapak.get(path)["status"] == "OK"
    right, wrong = lapak.shop_id, lapak.shop["access_token"]
    coded = basic(right, wrong)["Authorization"]
    for header in (
        basic(right, "x"),
        basic(lapak.shop["username"], lapak.shop["password"]),
        basic("999", wrong),
        basic("", ""),
        {"Authorization": coded.replace("Basic", "Bearer")},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Basic " + "aGFsbG8="},
        {"Authorization": "Basic /w=="},
        {},
    ):
        status, headers, body = ask("GET", f"{lapak.sandbox.address}/v2/{path}.json", headers=header)
        assert (status, json.loads(body)["status"]) == (401, "ERROR")
        assert "Basic" in headers["WWW-Authenticate"]
        assert json.loads(body)["message"] == "Anda harus login untuk mengakses halaman ini"


def test_a_password_gives_the_same_token(lapak: Lapak, sandbox: Sandbox) -> None:
    username, password = lapak.shop["username"], lapak.shop["password"]
    answer = login(sandbox, username, password)
    assert set(answer) == {"status", "user_id", "user_name", "confirmed", "token", "email", "omnikey", "message"}
    assert (answer["user_id"], answer["token"]) == (lapak.shop_id, lapak.shop["access_token"])
    assert login(sandbox, answer["email"].upper(), password)["token"] == answer["token"]
    old = login(sandbox, username, password, "v1")
    assert set(old) == {"status", "user_id", "token", "message"}
    for name, given in ((username, "x"), ("nobody", password), ("", "")):
        failed = login(sandbox, name, given)
        assert (failed["status"], failed["token"], failed["confirmed"]) == ("ERROR", None, False)
        assert failed["message"] == "Username atau password tidak valid"
    assert login(sandbox, username, "x", "v1") == {
        "status": "ERROR",
        "user_id": "null",
        "message": "Invalid password",
    }


def test_a_user_is_told_about_himself(lapak: Lapak) -> None:
    user = lapak.get("users/info")["user"]
    assert set(user) == {"name", "email", "phone", "avatar", "avatar_id", "bank"}
    assert user["name"] == "Lapak Uji"
    settings = lapak.get("users")["user"]
    assert settings["id"] == int(lapak.shop_id)
    assert settings["address"]["postal_code"]
    rows = lapak.get("available_couriers")["available_couriers"]
    assert set(rows[0]) == {"courier", "is_express", "is_required", "info"}
    assert [row["courier"] for row in rows if row["is_required"]] == ["JNE REG"]


def test_who_registers_sells_only_with_an_address(sandbox: Sandbox, lapak: Lapak) -> None:
    words = {"username": "petani_metro", "name": "Petani Metro", "password": "rahasia123", "email": "p@contoh.example"}
    form = {f"user[{name}]": value for name, value in words.items()}
    failed = lapak.fill("POST", "users", form)
    assert failed == {"status": "ERROR", "message": "Konfirmasi password tidak cocok"}
    form["user[password_confirmation]"] = "rahasia123"
    answer = lapak.fill("POST", "users", form)
    assert (answer["status"], answer["confirmed"], answer["user_name"]) == ("OK", False, "petani_metro")
    again = lapak.fill("POST", "users", form)
    assert again["message"] == "Username sudah digunakan dan Email sudah digunakan"
    assert lapak.fill("POST", "users", {})["message"].startswith("Email tidak boleh kosong dan Username")
    seller = Lapak(sandbox, {"id": str(answer["user_id"]), "access_token": answer["token"]})
    refused = seller.refused("POST", "products", seller.body())
    assert refused == {
        "status": "ERROR",
        "id": None,
        "product_detail": None,
        "message": "Isilah alamat Anda sebelum mulai menjual",
    }
    place = {"province": "Lampung", "city": "Metro", "area": "Metro Pusat", "address": "Jl. Contoh 1"}
    address = {f"user[address_attributes][{name}]": value for name, value in place.items()}
    assert seller.fill("PATCH", "users", address)["message"] == "Alamat tidak lengkap"
    address["user[address_attributes][post_code]"] = "34111"
    changed = seller.fill("PUT", f"users/{answer['user_id']}", {**address, "user[name]": "Tani Metro"})
    assert (changed["user"]["name"], changed["user"]["address"]["postal_code"]) == ("Tani Metro", "34111")
    assert seller.fill("PATCH", "users/1", address)["message"] == "Pengguna tidak ditemukan"
    assert seller.fill("PATCH", "users", {})["status"] == "OK"
    assert seller.product(seller.create())["city"] == "Metro"
    assert any(row["name"] == "Tani Metro" for row in sandbox.get("credentials")["shops"])
