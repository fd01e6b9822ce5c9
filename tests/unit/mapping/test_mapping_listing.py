"""The listing as a whole: its payload, its pictures, and all problems at once."""

import json

import pytest
from mapping_samples import codes, listing, mapped, notes, product, schema, sku

from bridge.model import Attribute, certificate_key


def test_a_plain_product_becomes_a_whole_payload() -> None:
    result = listing(product())
    assert result.content == {
        "title": "Keripik Tempe",
        "description": "Keripik tempe renyah buatan rumahan, tanpa bahan pengawet.\n\nNo. P-IRT: 2131872030889-29",
        "category_id": "100788",
        "attributes": [],
        "brand_id": "0",
        "brand": "No Brand",
        "weight_g": 300,
        "package_cm": [],
        "pictures": ["https://contoh.example/foto/1.jpg"],
        "couriers": ["8003"],
        "dangerous": False,
        "preorder_days": None,
        "axes": [],
        "skus": [{"sku": "KRP-1", "options": [], "weight_g": 300}],
        "item_sku": "KRP-1",
    }
    assert result.prices == {"KRP-1": 15_000}
    assert result.visible
    assert result.assumed == ()
    assert json.loads(json.dumps(result.content)) == result.content


def test_all_problems_are_told_at_once() -> None:
    item = product(skus=(sku(price=None, weight=None),), pictures=(), preorder_days=99, blockers=("W_IMAGE_MISSING",))
    assert set(codes(mapped(item, stock={}))) == {
        "M_BLOCKED",
        "M_STOCK_UNKNOWN",
        "M_PRICE_MISSING",
        "M_WEIGHT_MISSING",
        "M_PICTURES_TOO_FEW",
        "M_PREORDER_OUT_OF_RANGE",
    }


def test_pictures_keep_their_order_and_the_first_are_taken() -> None:
    links = tuple(f"https://contoh.example/{i}.jpg" for i in (3, 1, 2, 1))
    result = listing(product(pictures=links), schema(images_max=2))
    assert result.content["pictures"] == [links[0], links[1]]
    assert notes(result) == ["M_PICTURES_LEFT_OUT"]
    assert listing(product(pictures=links)).content["pictures"] == list(links[:3])


def test_a_channel_without_picture_limits_takes_what_there_is() -> None:
    asked = schema()
    bare = type(asked)((), {"title_max": 100}, "v", asked.couriers)
    assert listing(product(pictures=()), bare).content["pictures"] == []


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("size_chart_mandatory", "M_SIZE_CHART"),
        ("certificate_mandatory", "M_CERTIFICATE"),
        ("gtin_mandatory", "M_GTIN"),
    ],
)
def test_what_cannot_be_sent_but_must_parks_the_product(limit: str, code: str) -> None:
    assert codes(mapped(product(), schema(**{limit: 1}))) == [code]
    assert listing(product(), schema(**{limit: 0})).assumed == ()


def test_a_certificate_may_be_asked_for_with_one_answer_only() -> None:
    kinds = Attribute("920051", "Jenis Sabun", True, "choice", (("1", "Batang"), ("3", "Antiseptik")))
    asked = schema(kinds, **{certificate_key("920051", "3"): 1})
    antiseptic = product(attributes={"Jenis Sabun": "Antiseptik"})
    assert codes(mapped(antiseptic, asked)) == ["M_CERTIFICATE"]
    assert listing(product(attributes={"Jenis Sabun": "Batang"}), asked).content["attributes"] != []


@pytest.mark.parametrize(
    ("code", "limits", "taken"),
    [
        ("KPK-1", {"sku_max": 5}, True),
        ("KPK-1", {"sku_max": 4}, False),
        ("KPK 1", {}, True),
        ("KPK 1", {"sku_blanks": 0}, False),
        ("KPK-1", {"sku_min": 6, "sku_signs": 0}, False),
        ("KPK-10", {"sku_min": 6, "sku_signs": 0}, True),
        ("KPK/10", {"sku_min": 6, "sku_signs": 0}, False),
        ("KPK_é1", {"sku_min": 6, "sku_signs": 0}, False),
    ],
)
def test_a_code_that_the_channel_refuses_parks_what_is_not_there_yet(
    code: str, limits: dict[str, int], taken: bool
) -> None:
    coded = product(skus=(sku(code=code),))
    if taken:
        assert listing(coded, schema(**limits)).content["item_sku"] == code
        return
    assert codes(mapped(coded, schema(**limits))) == ["M_SKU_CODE"]
    listing(coded, schema(**limits), bound={coded.skus[0].sku_id})
