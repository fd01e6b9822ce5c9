"""Whether a product can be bought: stock, take off and put back, many at once, remove."""

import pytest
from bukalapak_client import Lapak
from sandbox_client import Sandbox


def test_stock_zero_moves_a_product_to_the_other_pass(lapak: Lapak, sandbox: Sandbox) -> None:
    product_id = lapak.create()
    assert (lapak.lapak(), lapak.hidden()) == ([product_id], [])
    told = lapak.patch(product_id, stock="0")
    assert (told["for_sale"], told["payment_ready"], told["state_description"]) == (False, False, ["Stok Habis"])
    assert (lapak.lapak(), lapak.hidden()) == ([], [product_id])
    assert sandbox.listing(product_id)["status"] == "Stok Habis"
    lapak.ok("PATCH", f"products/{product_id}/relist")
    assert lapak.hidden() == [product_id]
    lapak.patch(product_id, stock=4)
    assert lapak.lapak() == [product_id]


@pytest.mark.parametrize("verb", ["PATCH", "PUT"])
def test_a_product_is_taken_off_and_put_back(lapak: Lapak, sandbox: Sandbox, verb: str) -> None:
    product_id = lapak.create()
    answer = lapak.ok(verb, f"products/{product_id}/sold")
    assert answer == {"status": "OK", "id": product_id, "message": "Produk telah diset menjadi terjual"}
    lapak.ok(verb, f"products/{product_id}/sold")
    told = lapak.product(product_id)
    assert (told["active"], told["for_sale"], told["stock"]) == (False, False, 20)
    assert (lapak.lapak(), lapak.hidden()) == ([], [product_id])
    assert sandbox.listing(product_id)["status"] == "sold"
    assert lapak.ok(verb, f"products/{product_id}/relist")["message"] == "Produk telah diset untuk dijual"
    assert lapak.lapak() == [product_id]
    sandbox.ok("PATCH", f"listings/{product_id}", {"ban": True})
    assert lapak.refused(verb, f"products/{product_id}/relist")["product"] is None
    assert lapak.product(product_id)["state_description"] == ["Melanggar"]


def test_many_at_once_take_effect_a_little_later(lapak: Lapak, other: Lapak, sandbox: Sandbox) -> None:
    mine, foreign = [lapak.create() for _ in range(3)], other.create()
    answer = lapak.ok("PATCH", "products/bulk_set_unavailable", {"products_id": [*mine, foreign, "zz", 5]})
    assert (answer["success"], answer["fail"]) == (mine, [foreign, "zz", 5])
    assert "dalam beberapa saat" in answer["message"]
    assert sorted(lapak.lapak()) == sorted(mine)
    lapak.ok("PATCH", f"products/{mine[2]}/remove")
    sandbox.advance(2)
    assert sorted(lapak.hidden()) == sorted(mine[:2])
    answer = lapak.ok("PATCH", "products/bulk_set_available", {"products_id": mine[:2]})
    assert answer["message"] == "Status semua barang akan menjadi tersedia dalam beberapa saat"
    sandbox.advance(2)
    assert sorted(lapak.lapak()) == sorted(mine[:2])
    sandbox.ok("PATCH", f"listings/{mine[0]}", {"ban": True})
    for path, given, failed in (
        ("bulk_set_available", [mine[0]], [mine[0]]),
        ("bulk_set_unavailable", [foreign], [foreign]),
        ("bulk_set_unavailable", [], []),
        ("bulk_set_unavailable", "abc", []),
    ):
        answer = lapak.refused("PATCH", f"products/{path}", {"products_id": given})
        assert (answer["success"], answer["fail"]) == ([], failed)
        assert answer["message"].startswith("Gagal mengubah status barang menjadi")


def test_a_removed_product_is_gone(lapak: Lapak, sandbox: Sandbox) -> None:
    first, second = lapak.create(), lapak.create()
    answer = lapak.ok("PATCH", f"products/{first}/remove")
    assert answer == {"status": "OK", "product_id": first, "message": "Produk telah dihapus"}
    assert lapak.ok("DELETE", f"products/{second}")["id"] == second
    gone = {"status": "ERROR", "product": None, "message": "Produk tidak ditemukan"}
    assert lapak.refused("GET", f"products/{first}") == gone
    assert lapak.refused("PATCH", f"products/{first}", {"product": {"stock": 1}}) == gone
    assert lapak.refused("DELETE", f"products/{first}") == {
        "status": "ERROR",
        "id": first,
        "message": "Produk tidak ditemukan",
    }
    assert lapak.lapak() + lapak.hidden() == []
    assert sandbox.listing(first)["status"] == "removed"
