"""Reading: categories and attributes, the own shop in two passes, the search, ETags."""

import json
from typing import Any

import pytest
from bukalapak_client import Answer, Lapak, ask
from sandbox_client import Sandbox


def leaves(nodes: list[Answer]) -> list[Answer]:
    found = []
    for node in nodes:
        found += leaves(node["children"]) if "children" in node else [node]
    return found


def test_the_tree_has_leaves_without_children(lapak: Lapak) -> None:
    roots = lapak.get("categories")["categories"]
    every = leaves(roots)
    assert len({leaf["id"] for leaf in every}) == len(every) > 40
    assert all(isinstance(leaf["id"], int) and leaf["url"].startswith("/c/") for leaf in every)
    bikes = next(root for root in roots if root["id"] == 64)
    assert (bikes["name"], bikes["url"]) == ("Sepeda", "/c/sepeda")
    assert bikes["children"][1]["children"][0] == {"id": 372, "name": "MTB", "url": "/c/sepeda/frame/mtb"}


def test_the_first_leaf_can_be_listed_plainly(lapak: Lapak) -> None:
    first = leaves(lapak.get("categories")["categories"])[0]
    assert not any(row["required"] for row in lapak.get(f"categories/{first['id']}/attributes")["attributes"])
    lapak.create(category_id=str(first["id"]))


def test_attributes_are_of_every_input_type(lapak: Lapak) -> None:
    kinds = set()
    for leaf in leaves(lapak.get("categories")["categories"]):
        for row in lapak.get(f"categories/{leaf['id']}/attributes")["attributes"]:
            assert set(row) == {"fieldName", "displayName", "inputType", "options", "required"}
            assert all(isinstance(option, str) for option in row["options"])
            kinds.add(row["inputType"])
    assert kinds == {"string", "text", "select", "combo_select", "boolean", "check_boxes", "radio_buttons"}
    assert lapak.get("categories/2001/attributes")["attributes"] == []
    refused = lapak.refused("GET", "categories/5/attributes")
    assert refused == {"status": "ERROR", "attributes": None, "message": "Kategori tidak ditemukan"}


def fill(lapak: Lapak, count: int, title: str = "Produk", **sku: Any) -> list[str]:
    rows = [
        {"title": f"{title} {n}", "skus": [{"seller_sku": f"S{n}", "price": 1000 * (n + 1), "stock": 5, **sku}]}
        for n in range(count)
    ]
    ids: list[str] = lapak.sandbox.post("listings", {"shop_id": lapak.shop_id, "listings": rows})["ids"]
    return ids


def test_two_passes_give_the_whole_shop(lapak: Lapak) -> None:
    ids, empty = fill(lapak, 23), fill(lapak, 3, stock=0)
    assert lapak.lapak() == ids[:2:-1]
    assert lapak.lapak(page=2) == ids[2::-1]
    assert lapak.lapak(page=3) == lapak.lapak(page=10**12) == []
    assert lapak.lapak(page=0) == lapak.lapak(page=1)
    assert lapak.lapak(per_page=10, page=3) == ids[2::-1]
    assert lapak.lapak(per_page=96) == lapak.lapak(per_page=5000) == ids[::-1]
    assert lapak.hidden() == empty[::-1]
    answer = lapak.get("products/mylapak")
    assert (answer["can_push"], answer["remaining_push"], answer["message"]) == (True, 0, None)
    assert {"stock", "image_ids", "for_sale", "active"} <= set(answer["products"][0])


def test_the_own_shop_is_filtered_and_sorted(lapak: Lapak) -> None:
    chips = fill(lapak, 4, "Keripik Pedas")
    coffee = lapak.create(
        name="Kopi Gayo",
        category_id="2020",
        price="50000",
        new="false",
        product_detail_attributes={"jenis": "Arabika", "giling": "Biji", "masa_simpan": "1-6 bulan"},
    )
    assert lapak.lapak(keywords="kopi GAYO") == [coffee]
    assert lapak.lapak(keywords="keripik") == chips[::-1]
    assert lapak.lapak(keywords="keripik kopi") == []
    assert lapak.lapak(category_id=2020) == lapak.lapak(category_id=2003) == [coffee]
    assert lapak.lapak(category_id=2001) == [coffee, *chips[::-1]]
    assert lapak.lapak(conditions="used") == [coffee]
    assert lapak.lapak(price_min=2000, price_max=3000) == [chips[2], chips[1]]
    assert lapak.lapak(price_max=1000) == [chips[0]]
    assert lapak.lapak(price_min=4001) == [coffee]
    assert lapak.lapak(keywords="keripik", price_min=3000, sort_by="Termahal") == [chips[3], chips[2]]
    assert lapak.lapak(keywords="keripik", sort_by="Termurah", per_page=2, page=2) == chips[2:]
    assert lapak.lapak(sort_by="Termurah") == [*chips, coffee]
    assert lapak.lapak(sort_by="Termahal", per_page=2) == [coffee, chips[3]]
    assert lapak.hidden(keywords="keripik") == []
    lapak.patch(chips[0], name="Kopi Bubuk", price="90000")
    assert lapak.lapak(keywords="kopi", sort_by="Termahal") == [chips[0], coffee]


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"per_page": "-1"},
        {"category_id": "a"},
        {"price_min": "1.5"},
        {"sort_by": "x"},
        {"sort_by": "Acak"},
        {"conditions": "old"},
    ],
)
def test_faulty_questions_are_refused(lapak: Lapak, query: dict[str, str]) -> None:
    answer = lapak.refused("GET", "products/mylapak", query=query)
    assert (answer["products"], answer["message"]) == (None, f"Parameter {next(iter(query))} tidak valid")


def test_the_search_shows_what_can_be_bought(lapak: Lapak, sandbox: Sandbox) -> None:
    word = f"Zamrud{lapak.shop_id}"
    ids = fill(lapak, 8, word)
    lapak.patch(ids[0], stock=0)
    lapak.patch(ids[1], negotiable="true")

    def found(**query: Any) -> list[str]:
        return [row["id"] for row in lapak.get("products", keywords=word, **query)["products"]]

    assert found() == found(page=0) == found(page=1) == ids[:0:-1]
    assert found(per_page=6) == ids[:1:-1]
    assert found(per_page=6, page=2) == [ids[1]]
    assert found(per_page=7) == ids[:0:-1]
    assert found(nego=1) == found(nego=1, harga_pas=0) == [ids[1]]
    assert ids[1] not in found(nego=0, harga_pas=1)
    assert len(found(nego=1, harga_pas=1)) == 7
    assert found(user_id=lapak.shop_id, sort_by="Acak") == ids[:0:-1]
    assert found(user_id=1) == []
    assert found(**{"conditions[]": "used"}) == []
    newest = lapak.get("products", per_page=6)["products"]
    assert [row["id"] for row in newest] == ids[:1:-1]
    assert lapak.get("products", user_id=lapak.shop_id)["products"][0]["seller_id"] == int(lapak.shop_id)


@pytest.mark.parametrize(
    "path", ["categories", "categories/2020/attributes", "products", "products/mylapak", "one", "transactions"]
)
def test_an_unchanged_answer_is_not_sent_again(lapak: Lapak, path: str) -> None:
    product_id = lapak.create()
    lapak.buy((product_id, 1))
    place = f"products/{product_id}.json" if path == "one" else f"{path}.json"
    status, headers, body = lapak.raw("GET", place)
    tag = headers["ETag"]
    assert (status, tag[0], tag[-1]) == (200, '"', '"')
    for header in ({"If_None_Match": tag}, {"Etag": tag}, {"If_None_Match": f'"x", W/{tag}'}):
        status, headers, body = lapak.raw("GET", place, **header)
        assert (status, headers["ETag"], body) == (304, tag, b"")
    assert lapak.raw("GET", place, If_None_Match='"x"')[0] == 200


def test_a_changed_answer_has_another_tag(lapak: Lapak) -> None:
    product_id = lapak.create()
    tag = lapak.raw("GET", "products/mylapak.json")[1]["ETag"]
    lapak.patch(product_id, stock=3)
    status, headers, _ = lapak.raw("GET", "products/mylapak.json", If_None_Match=tag)
    assert (status, headers["ETag"] == tag) == (200, False)
    assert "ETag" not in lapak.raw("GET", "users/info.json")[1]


def test_unknown_paths_and_verbs_are_not_found(lapak: Lapak) -> None:
    for method, path in (
        ("GET", "nothing.json"),
        ("GET", "products"),
        ("GET", "products/a/b/c.json"),
        ("POST", "products/mylapak.json"),
        ("GET", "transactions/reject.json/x.json"),
        ("DELETE", "categories.json"),
    ):
        status, _, body = lapak.raw(method, path)
        assert (status, json.loads(body)["status"]) == (404, "ERROR"), path
    assert ask("GET", f"{lapak.sandbox.address}/v3/products.json", headers=lapak.login)[0] == 404
    assert ask("GET", f"{lapak.sandbox.address}/v2/nothing.json")[0] == 401
