"""Creating a product: every rule, the answer, drafts, retries and the pre-check."""

from typing import Any

import pytest
from sandbox_client import Sandbox, jpeg, multipart
from tokopedia_client import BOTH, FURNITURE, KOPI, LEAF, SHOES, SOAP, TITLE, TOY, Penjual, attributes, option

CREATE = "/product/202309/products"
CHECK = "/product/202309/products/listing_check"


def test_a_create_answers_ids_and_waits_for_its_review(penjual: Penjual) -> None:
    made = penjual.create(skus=[penjual.sku(external_sku_id="k-1")])
    assert len(made["product_id"]) == 19
    assert made["skus"] == [
        {"id": made["skus"][0]["id"], "seller_sku": "KT-1", "sales_attributes": [], "external_sku_id": "k-1"}
    ]
    assert penjual.statuses(made["product_id"]) == dict.fromkeys(BOTH, "PENDING")
    penjual.settle()
    row = penjual.read(made["product_id"])
    assert penjual.statuses(made["product_id"]) == dict.fromkeys(BOTH, "ACTIVATE")
    assert (row["title"], row["audit"], row["product_status"]) == (TITLE, {"status": "APPROVED"}, "ACTIVATE")
    assert row["category_chains"][-1] == {
        "id": LEAF,
        "parent_id": "910010",
        "local_name": "Keripik & Kerupuk",
        "is_leaf": True,
    }
    assert row["skus"][0]["price"]["sale_price"] == "15000"
    assert "amount" not in row["skus"][0]["price"]
    assert row["product_attributes"][0]["values"] == [{"id": "92001001", "name": "Indonesia"}]
    assert row["main_images"][0]["width"] == 640


def test_the_default_storefront_is_tiktok_shop(penjual: Penjual) -> None:
    made = penjual.live(listing_platforms=None)
    assert penjual.statuses(made["product_id"]) == {"TIKTOK_SHOP": "ACTIVATE"}
    row = penjual.read(made["product_id"])
    assert "integrated_platform_statuses" not in row
    only = penjual.read(penjual.live(listing_platforms=["TOKOPEDIA"])["product_id"])
    assert not {"status", "product_status", "audit"} & set(only)
    assert only["integrated_platform_statuses"] == [{"platform": "TOKOPEDIA", "status": "ACTIVATE"}]


def test_the_same_key_gives_the_same_product(penjual: Penjual) -> None:
    body = penjual.body()
    first = penjual.post(CREATE, body)
    assert penjual.post(CREATE, body) == first
    assert penjual.found() == [first["product_id"]]
    assert penjual.post(CREATE, body | {"idempotency_key": "other"})["product_id"] != first["product_id"]
    penjual.refused(98001004, idempotency_key="k" * 129)


def test_a_draft_stays_until_it_is_submitted(penjual: Penjual) -> None:
    made = penjual.create(save_mode="AS_DRAFT")
    penjual.settle()
    assert penjual.statuses(made["product_id"]) == dict.fromkeys(BOTH, "DRAFT")
    path = f"/product/202509/products/{made['product_id']}"
    penjual.ok("PUT", path, (), penjual.body(save_mode="AS_DRAFT", title=TITLE + " x"))
    penjual.settle()
    assert penjual.statuses(made["product_id"]) == dict.fromkeys(BOTH, "DRAFT")
    penjual.ok("PUT", path, (), penjual.body())
    penjual.settle()
    assert penjual.statuses(made["product_id"]) == dict.fromkeys(BOTH, "ACTIVATE")
    assert penjual.code(path, penjual.body(save_mode="AS_DRAFT"), method="PUT") == 12052488


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (12052261, {"title": None}),
        (12052261, {"title": "   "}),
        (12052051, {"title": "Keripik Pisang"}),
        (12052051, {"title": "x" * 24}),
        (12052051, {"title": "Keripik " * 32}),
        (12052931, {"title": "Keripik Tempe &amp; Keripik Pisang"}),
        (12052931, {"title": "Keripik Tempe Renyah Gurih \U0001f600"}),
        (12052931, {"title": "Keripik\nTempe Renyah Gurih Asli"}),
        (12052931, {"title": "Keripik Tempe renyahhhhhhhhhhhh"}),
        (12052931, {"title": "-!" * 15}),
        (12052262, {"title": "Keripik Tempe Renyah Gurih 脆片"}),
        (98001004, {"title": 5}),
        (12052015, {"description": None}),
        (12052013, {"description": "x " * 5001}),
        (12052344, {"description": "<p>terbuka"}),
        (12052344, {"description": "<b><i>silang</b></i>"}),
        (12052344, {"description": "<![aneh[x]]>"}),
        (12052932, {"description": "<p>Enak \U0001f600</p>"}),
        (12052932, {"description": "<p>aaaaaaaaaaaaaaa</p>"}),
        (12052348, {"description": '<img src="https://example.com/a.jpg">'}),
        (12052340, {"description": '<img src="https://example.com/a.jpg" width="100" height="100"/>'}),
        (12052340, {"description": '<img src="https://[" width="100" height="100"/>'}),
        (12052056, {"description": '<img src="x" width="1" height="1">' * 31}),
        (98001004, {"category_id": None}),
        (12052002, {"category_id": "keripik"}),
        (12052023, {"category_id": "1"}),
        (12052024, {"category_id": "910010"}),
        (12052217, {"category_version": None}),
        (12052217, {"category_version": "v1"}),
        (12052220, {"category_id": "910033"}),
        (12052223, {"category_id": "910301"}),
        (12052330, {"category_id": "910313"}),
        (12052330, {"category_id": "910290"}),
        (98001004, {"listing_platforms": ["SHOPEE"]}),
        (98001004, {"listing_platforms": "TOKOPEDIA"}),
        (12052028, {"main_images": None}),
        (12052300, {"main_images": [{"uri": "https://example.com/a.jpg"}]}),
        (98001004, {"main_images": ["uri"]}),
        (12019011, {"package_weight": None}),
        (12052915, {"package_weight": {"value": "300", "unit": "GRAM"}}),
        (12052006, {"package_weight": {"value": "0.3001", "unit": "KILOGRAM"}}),
        (98001004, {"package_weight": {"value": 0.3, "unit": "KILOGRAM"}}),
        (12052181, {"package_weight": {"value": "0.000", "unit": "KILOGRAM"}}),
        (12052915, {"package_dimensions": {"length": "1", "width": "1", "height": "1", "unit": "INCH"}}),
        (12052003, {"package_dimensions": {"length": "1", "width": "1", "height": "1.5", "unit": "CENTIMETER"}}),
        (12052004, {"package_dimensions": {"length": "1", "width": "", "height": "1", "unit": "CENTIMETER"}}),
        (12052005, {"package_dimensions": {"length": "0", "width": "1", "height": "1", "unit": "CENTIMETER"}}),
        (12052316, {"is_pre_owned": True}),
        (98001004, {"is_pre_owned": "yes"}),
        (98001004, {"shipping_insurance_requirement": "MAYBE"}),
        (98001004, {"minimum_order_quantity": 21}),
        (98001004, {"minimum_order_quantity": True}),
        (98001004, {"save_mode": "LATER"}),
        (12052208, {"brand_id": "7082427311584347908"}),
    ],
)
def test_fields_are_judged_one_by_one(penjual: Penjual, code: int, changes: dict[str, Any]) -> None:
    penjual.refused(code, **changes)
    assert penjual.found() == []


def test_pictures_of_the_product(penjual: Penjual) -> None:
    penjual.refused(12052306, main_images=[{"uri": penjual.uri()}] * 10)
    small = penjual.uri(299, "DESCRIPTION_IMAGE")
    penjual.refused(12052301, main_images=[{"uri": small}])
    penjual.refused(12052302, main_images=[{"uri": penjual.uri(4001, "DESCRIPTION_IMAGE")}])
    url = penjual.upload(use_case="DESCRIPTION_IMAGE")["data"]["url"]
    penjual.create(description=f'<p>Lihat<br>ini</p><img src="{url}" width="640" height="640"/>')
    penjual.create(description=f'Teks &amp; gambar <img src="{url}" width="640" height="640">')


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        (12052104, []),
        (12052104, attributes("92001001")),
        (12052254, attributes("92001001", "92001001", "92001101")),
        (12052910, attributes("92001001", "92001101", "92006001")),
        (12052910, [*attributes("92001001", "92001101"), {"id": "100000", "values": [{"name": "Merah"}]}]),
        (12052529, [*attributes("92001101"), {"id": "920010", "values": [{"id": "1"}]}]),
        (12052247, [*attributes("92001101"), {"id": "920010", "values": [{"name": "Planet Mars"}]}]),
        (12052248, [*attributes("92001101"), {"id": "920010", "values": []}]),
        (12052248, [*attributes("92001101"), {"id": "920010", "values": [{}]}]),
        (12052246, [*attributes("92001101"), {"id": "920010", "values": [{"id": "92001001"}, {"id": "92001002"}]}]),
        (12052249, [*attributes("92001001"), {"id": "920011", "values": [{"name": "x" * 2001}]}]),
        (12052253, [*attributes("92001001", "92001101"), {"id": "920015", "values": [{"name": "A"}, {"name": "A"}]}]),
        (12052256, [*attributes("92001001", "92001101"), {"id": "920013", "values": [{"name": "banyak"}]}]),
        (12052256, [*attributes("92001001", "92001101"), {"id": "920013", "values": [{"name": "0"}]}]),
        (98001004, [{"id": 920010}]),
    ],
)
def test_product_attributes_are_judged(penjual: Penjual, code: int, rows: list[Any]) -> None:
    penjual.refused(code, product_attributes=rows)


def test_own_texts_numbers_and_several_values(penjual: Penjual) -> None:
    rows = [
        *attributes("92001001"),
        {"id": "920011", "values": [{"name": "45 Hari"}]},
        {"id": "920013", "values": [{"name": "250.5"}]},
        {"id": "920014", "values": [{"id": "92001401"}, {"id": "92001402"}]},
    ]
    shown = penjual.read(penjual.live(product_attributes=rows)["product_id"])["product_attributes"]
    assert [[value["name"] for value in row["values"]] for row in shown] == [
        ["Indonesia"],
        ["45 Hari"],
        ["250.5"],
        ["Vegetarian", "Vegan"],
    ]


def test_an_attribute_may_depend_on_another(penjual: Penjual) -> None:
    where = {
        "category_id": FURNITURE,
        "package_dimensions": {"length": "9", "width": "9", "height": "9", "unit": "CENTIMETER"},
    }
    penjual.refused(12052182, **where, product_attributes=attributes("92004002", "92004202"))
    penjual.refused(12052183, **where, product_attributes=attributes("92004002", "92004201", "92004301"))
    penjual.create(**where, product_attributes=attributes("92004002", "92004202", "92004301"))
    penjual.refused(12019012, category_id=FURNITURE, product_attributes=attributes("92004002"))
    penjual.refused(12052222, **where, product_attributes=attributes("92004002"), is_cod_allowed=True)


def test_certificates_are_asked_for_where_the_rules_say(penjual: Penjual) -> None:
    wood = {"category_id": TOY, "product_attributes": attributes("92004001")}
    uri = penjual.uri(640, "CERTIFICATION_IMAGE")
    paper = {"id": "602362", "images": [{"uri": uri}]}
    penjual.refused(12052105, **wood)
    penjual.refused(12052655, **wood, certifications=[paper | {"id": "602301"}])
    penjual.refused(12052656, **wood, certifications=[paper, paper])
    penjual.refused(12052650, **wood, certifications=[paper | {"images": [{"uri": "x"}]}])
    penjual.refused(12052658, **wood, certifications=[{"id": "602362"}])
    file = {"id": "x", "name": "sni.pdf", "format": "PDF"}
    penjual.refused(12052658, **wood, certifications=[{"id": "602362", "files": [file]}])
    body, kind = multipart([("data", b"%PDF-1.4")], {"name": "sni.pdf"})
    number = penjual.call("POST", "/product/202309/files/upload", (), body, kind=kind, cipher=False)["data"]["id"]
    full = paper | {"files": [file | {"id": number}], "expiration_date": 1_999_999_999}
    shown = penjual.read(penjual.live(**wood, certifications=[full])["product_id"])["certifications"][0]
    assert (shown["title"], shown["expiration_date"]) == ("Sertifikat SNI", 1_999_999_999)
    assert (shown["images"][0]["uri"], shown["files"][0]["urls"][0][:4]) == (uri, "http")


def test_a_value_may_ask_for_a_certificate(penjual: Penjual) -> None:
    weight = {"id": "920013", "values": [{"name": "80"}]}
    base = [*attributes("92001001"), weight]
    penjual.create(category_id=SOAP, product_attributes=[*base, *attributes("92005101")])
    penjual.refused(12052105, category_id=SOAP, product_attributes=[*base, *attributes("92005103")])


def test_a_size_chart_is_asked_for_where_the_rules_say(penjual: Penjual) -> None:
    shoes = {
        "category_id": SHOES,
        "product_attributes": attributes("92003001"),
        "skus": [penjual.sku(seller_sku="KT-001")],
    }
    penjual.refused(12052670, **shoes)
    penjual.refused(12052670, **shoes, size_chart={"image": {"uri": "x"}})
    chart = penjual.upload(jpeg(1024), "SIZE_CHART_IMAGE")["data"]["uri"]
    made = penjual.live(**shoes, size_chart={"image": {"uri": chart}})
    assert penjual.read(made["product_id"])["size_chart"]["image"]["width"] == 1024
    made = penjual.live(**shoes, size_chart={"template": {"id": "7"}, "image": {"uri": "x"}})
    assert penjual.read(made["product_id"])["size_chart"] == {"template": {"id": "7"}}


def test_an_unknown_brand_is_cleared_with_a_warning(penjual: Penjual) -> None:
    made = penjual.create(brand_id="1")
    assert "automatically cleared" in made["warnings"][0]["message"]
    assert "brand" not in penjual.read(made["product_id"])
    known = penjual.read(penjual.create(brand_id="7082427311584347905")["product_id"])
    assert known["brand"] == {"id": "7082427311584347905", "name": "Nusantara"}
    penjual.create(brand_id="7082427311584347908", listing_platforms=["TOKOPEDIA"])


def test_what_tokopedia_alone_allows(penjual: Penjual) -> None:
    made = penjual.live(
        listing_platforms=["TOKOPEDIA"],
        is_pre_owned=True,
        shipping_insurance_requirement="OPTIONAL",
        minimum_order_quantity=2,
        package_dimensions={"length": "20", "width": "10", "height": "5", "unit": "CENTIMETER"},
        external_product_id="luar-1",
    )
    row = penjual.read(made["product_id"])
    assert (row["is_pre_owned"], row["shipping_insurance_requirement"], row["minimum_order_quantity"]) == (
        True,
        "OPTIONAL",
        2,
    )
    assert (row["external_product_id"], row["package_dimensions"]["length"]) == ("luar-1", "20")
    penjual.refused(12052996, external_product_id="luar-1")
    penjual.create(category_id="910313", product_attributes=attributes("92006001"), listing_platforms=["TOKOPEDIA"])


@pytest.mark.parametrize(
    ("code", "change"),
    [
        (12052571, {"price": None}),
        (98001004, {"price": {"amount": 15000, "currency": "IDR"}}),
        (12052084, {"price": {"amount": "15000", "currency": "USD"}}),
        (12052073, {"price": {"amount": "15.000", "currency": "IDR"}}),
        (12052073, {"price": {"amount": "-5", "currency": "IDR"}}),
        (12052570, {"price": {"amount": "99", "currency": "IDR"}}),
        (12052570, {"price": {"amount": "100000001", "currency": "IDR"}}),
        (12052054, {"seller_sku": "x" * 51}),
        (12019059, {"seller_sku": "KT 1"}),
        (98001004, {"seller_sku": 1}),
        (12019022, {"inventory": None}),
        (12019022, {"inventory": [{"quantity": 5}]}),
        (12052097, {"inventory": [{"warehouse_id": "1", "quantity": 5}]}),
        (12052556, {"id": "1729592969712207012"}),
    ],
)
def test_skus_are_judged(penjual: Penjual, code: int, change: dict[str, Any]) -> None:
    penjual.refused(code, skus=[penjual.sku(**change)])


def test_stock_by_warehouse_is_judged(penjual: Penjual, other: Penjual) -> None:
    own = penjual.warehouses[0]
    back = next(
        row["id"]
        for row in penjual.get("/logistics/202309/warehouses")["warehouses"]
        if row["type"] == "RETURN_WAREHOUSE"
    )
    for code, rows in (
        (12052530, [(other.warehouses[0], 5)]),
        (12052532, [(back, 5)]),
        (12052055, [(own, 100_000)]),
        (12052055, [(own, -1)]),
        (12052533, [(own, 5), (own, 5)]),
    ):
        inventory = [{"warehouse_id": number, "quantity": quantity} for number, quantity in rows]
        penjual.refused(code, skus=[penjual.sku(inventory=inventory)])
    penjual.refused(98001004, skus=[penjual.sku(inventory=[{"warehouse_id": own, "quantity": "5"}])])
    penjual.create(skus=[penjual.sku(stock=0)])


def test_what_tells_skus_apart(penjual: Penjual) -> None:
    def rows(*sales: Any) -> list[Any]:
        return [penjual.sku(f"KT-{n}", sales_attributes=sale) for n, sale in enumerate(sales)]

    uri = penjual.uri()
    many = [row for name in "abcd" for row in option("x", name)]
    for code, sales in (
        (12052902, ()),
        (12052050, tuple(option(str(n)) for n in range(101))),
        (12052550, (None, None)),
        (12052550, (option("A"), option("B", "Ukuran"))),
        (12052560, (option("A"), option("A"))),
        (12052560, ([*option("A"), *option("B")],)),
        (12052525, (many,)),
        (12052242, (option("A", "x" * 21), option("B", "x" * 21))),
        (12052249, (option("x" * 51), option("B"))),
        (12052248, (option(""), option("B"))),
        (12052241, (option("A", ""), option("B", ""))),
        (12052527, ([{"id": "1", "value_name": "A"}],)),
        (12052529, ([{"id": "920001", "value_id": "1"}],)),
        (12052520, (option("A", sku_img={"uri": "x"}), option("B"))),
        (12052522, (option("A", sku_img={"uri": uri}), option("B"))),
        (12052528, ([*option("A", sku_img={"uri": uri}), *option("B", "Ukuran", sku_img={"uri": uri})],)),
    ):
        penjual.refused(code, skus=rows(*sales))
    pictured = rows(option("A", sku_img={"uri": uri}), option("B", sku_img={"uri": uri}))
    shown = penjual.read(penjual.live(skus=pictured)["product_id"])["skus"]
    assert [sku["sales_attributes"][0]["sku_img"]["uri"] for sku in shown] == [uri, uri]


def test_an_id_wins_over_a_name_and_a_known_name_gets_its_id(penjual: Penjual) -> None:
    first = [{"id": "920001", "name": "Lain", "value_id": "92000102", "value_name": "Lain"}]
    second = option("Keju")
    made = penjual.live(skus=[penjual.sku("A", sales_attributes=first), penjual.sku("B", sales_attributes=second)])
    shown = [sku["sales_attributes"][0] for sku in penjual.read(made["product_id"])["skus"]]
    assert [(pair["id"], pair["name"], pair["value_id"], pair["value_name"]) for pair in shown] == [
        ("920001", "Rasa", "92000102", "Balado"),
        ("920001", "Rasa", "92000103", "Keju"),
    ]
    own = penjual.live(skus=[penjual.sku("C", sales_attributes=option("Gajih", "Sambal"))])["skus"][0]
    pair = own["sales_attributes"][0]
    again = [{"id": "1", "name": "Sambal", "value_id": pair["value_id"], "value_name": "Gajih"}]
    assert penjual.live(skus=[penjual.sku("D", sales_attributes=again)])["skus"][0]["sales_attributes"] == [pair]


def test_the_pre_check_tells_and_creates_nothing(penjual: Penjual) -> None:
    body = penjual.body(category_version=None, idempotency_key=None)
    assert penjual.post(CHECK, body) == {"check_result": "PASS", "fail_reasons": []}
    failed = penjual.post(CHECK, body | {"title": "Pendek"})
    assert (failed["check_result"], failed["fail_reasons"][0]["code"]) == ("FAILED", 12052051)
    warned = penjual.post(CHECK, body | {"brand_id": "1"})
    assert (warned["check_result"], "cleared" in warned["warnings"]["message"]) == ("PASS", True)
    assert penjual.found() == []


def test_zero_stock_is_refused_when_told_to(own_sandbox: Any) -> None:
    sandbox: Sandbox = own_sandbox(zero_refused=True, review_s=0.0)
    shop = Penjual(sandbox, sandbox.credentials["shops"][0])
    shop.refused(12052055, skus=[shop.sku(stock=0)])
    made = shop.create()
    answer = shop.set_stock(made["product_id"], (made["skus"][0]["id"], 0))
    extra = answer["errors"][0]["detail"]["extra_errors"]
    assert (answer["errors"][0]["code"], extra[0]["code"], extra[0]["warehouse_id"]) == (
        12052990,
        12052055,
        shop.warehouses[0],
    )
    assert shop.stock(made["product_id"]) == {"KT-1": (20, 0)}


def test_coffee_asks_for_its_kind(penjual: Penjual) -> None:
    penjual.refused(12052104, category_id=KOPI)
    penjual.create(category_id=KOPI, product_attributes=attributes("92001001", "92001101", "92001801"))


@pytest.mark.parametrize(("code", "taken"), [("KT-001", True), ("KT-1", False), ("KT.0001", False), ("", False)])
def test_some_categories_insist_on_a_code_of_their_form(penjual: Penjual, code: str, taken: bool) -> None:
    rules = penjual.get(f"/product/202309/categories/{SHOES}/rules", {"category_version": "v2"})
    assert rules["seller_sku"] == {"is_required": True}
    chart = {"image": {"uri": penjual.upload(jpeg(1024), "SIZE_CHART_IMAGE")["data"]["uri"]}}
    shoes = {"category_id": SHOES, "product_attributes": attributes("92003001"), "size_chart": chart}
    if taken:
        penjual.create(**shoes, skus=[penjual.sku(seller_sku=code)])
    else:
        penjual.refused(12019059, **shoes, skus=[penjual.sku(seller_sku=code)])
