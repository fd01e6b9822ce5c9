"""An old product is judged as the row of a sheet with the same facts would be; what a sheet cannot show is told by a code."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest

from bridge.connectors.base import SavedProduct, SavedSku
from bridge.engine.saved_answers import require_one_seller
from bridge.engine.saved_judging import OldProduct, judge
from bridge.errors import UserError
from bridge.sheets.reasons import Reason
from tests.unit.sheets.helpers import RULES, codes, judge_xlsx, products
from tests.unit.sheets.scorer import AS_OF

HEADER = ("Nama Usaha", "Kategori", "Nama Produk", "Harga", "Berat (gram)", "Deskripsi", "Foto", "SKU")
FACTS: Mapping[str, Any] = {
    "title": "Tas Anyam",
    "category": ("Kerajinan", "Tas"),
    "weight_g": 300,
    "description": "Anyaman pandan asli buatan tangan.",
    "pictures": ("https://a.example/1.jpg",),
}


def saved(price: int | None = 50000, code: str | None = None, **facts: Any) -> SavedProduct:
    given = {"place": "a.json: products.1", "remote_id": "k1", "seller_id": "7", "seller": "Anyaman Sari", "attributes": {},
             "axes": (), "skus": (SavedSku(code, (), price, 0),)}  # fmt: skip
    return SavedProduct(**{**given, **FACTS, **facts})


def judged(*products: SavedProduct) -> list[OldProduct]:
    return list(judge([(each, each.seller) for each in products], RULES, AS_OF))


def as_row(product: SavedProduct) -> tuple[Any, ...]:
    """The same facts as somebody would write them into a sheet."""
    (sku,) = product.skus
    told = (product.seller, " > ".join(product.category), product.title, sku.price_idr, product.weight_g)
    return (*told, product.description, "\n".join(product.pictures), sku.code)


@pytest.mark.parametrize(
    "product",
    [
        saved(),
        saved(None),
        saved(50),
        saved(-5),
        saved(200_000_000),
        saved(weight_g=None),
        saved(weight_g=0),
        saved(weight_g=None, title="Gula Semut 250 gr"),
        saved(title="Gula Semut 250 gr"),
        saved(title="Rokok Kretek"),
        saved(title="<b>Tas &amp; Topi</b> 😀"),
        saved(description="bagus"),
        saved(description=""),
        saved(pictures=()),
        saved(pictures=("https://a.example/1.jpg", "https://drive.google.com/file/d/abc/view")),
        saved(pictures=("foto.jpg",)),
        saved(category=()),
        saved(category=("Handphone", "Casing")),
        saved(category=("Food", "Makanan & Minuman", "Kopi"), title="Kopi Bubuk"),
        saved(category=("Perawatan", "Kosmetik")),
        saved(code="TAS-01"),
    ],
    ids=lambda product: f"{product.title}-{product.skus[0].price_idr}-{product.weight_g}-{product.category}",
)
def test_the_verdict_is_that_of_a_sheet(product: SavedProduct) -> None:
    (old,), (row,) = judged(product), products(judge_xlsx([HEADER, as_row(product)]))
    assert codes(old.row) == codes(row)
    assert (old.row.publishable, old.row.verdict) == (row.publishable, row.verdict)
    for name in ("business", "merchant_key", "product", "product_key", "category", "price", "weight_g", "weight_kind", "images",
                 "description", "sku"):  # fmt: skip
        assert getattr(old.row, name) == getattr(row, name), name


def test_stock_of_the_past_is_no_stock_whatever_it_says() -> None:
    for figure in (0, 1, 50, None):
        (old,) = judged(saved(skus=(SavedSku(None, (), 50000, figure),)))
        assert old.row.stock is None
        assert Reason.STOCK_UNKNOWN in old.row.reasons


def test_licences_among_the_attributes_are_judged_as_columns() -> None:
    food = {"category": ("Makanan",), "title": "Keripik Tempe"}
    valid = {"P-IRT": "2061872010001-30", "No. Sertifikat Halal": "ID18110000123456789", "rasa": "Asin"}
    (old,) = judged(saved(**food, attributes=valid))
    assert (old.row.publishable, old.row.permit_kind, dict(old.row.extras)) == (True, "pirt", {"rasa": "Asin"})
    (late,) = judge([(saved(**food, attributes=valid), "Sari")], RULES, date(2031, 1, 2))
    assert Reason.PIRT_EXPIRED in late.row.reasons
    (without,) = judged(saved(**food))
    assert {Reason.IZIN_EDAR_MISSING, Reason.HALAL_MISSING} <= set(without.row.reasons)


def test_personal_attributes_are_not_kept() -> None:
    (old,) = judged(saved(attributes={"bahan": "Pandan", "email": "a@b.id", "penjual": "a@b.id", "NIK": "1"}))
    assert dict(old.row.extras) == {"bahan": "Pandan"}


def test_a_link_with_separators_stays_one_link() -> None:
    (old,) = judged(saved(pictures=("https://a.example/w,300;h|1.jpg",)))
    assert [image.link for image in old.row.images] == ["https://a.example/w%2C300%3Bh%7C1.jpg"]


def test_variants_keep_their_prices_and_codes() -> None:
    skus = (SavedSku("T-M", ("M", "Merah"), 50000, 1), SavedSku("-", ("L", "Merah"), 60000, 2))
    (old,) = judged(saved(axes=("Ukuran", "Warna"), skus=skus))
    assert [(sku.options, sku.price_idr, sku.weight_g, sku.code) for sku in old.skus] == [
        (("M", "Merah"), 50000, 300, "T-M"), (("L", "Merah"), 60000, 300, None),
    ]  # fmt: skip
    assert [(axis.name, axis.options) for axis in old.row.variants] == [("Ukuran", ("M", "L")), ("Warna", ("Merah",))]
    assert old.row.price is not None
    assert (old.row.price.kind, old.row.price.low, old.row.price.high) == ("per_variant", 50000, 60000)
    assert old.row.publishable


@pytest.mark.parametrize("price", [None, 5, 999_999_999])
def test_one_variant_without_a_good_price_refuses_the_product(price: int | None) -> None:
    skus = (SavedSku(None, ("M",), 50000, 1), SavedSku(None, ("L",), price, 1))
    (old,) = judged(saved(axes=("Ukuran",), skus=skus))
    assert (old.row.verdict, old.row.price is not None and old.row.price.low) == ("error", None)


def test_what_a_sheet_cannot_show_has_a_code() -> None:
    skus = (SavedSku("A", ("1",), 50000, 1), SavedSku("A", ("2",), 50000, 1))
    (old,) = judged(saved(axes=("Varian",), skus=skus, used=True))
    assert {Reason.USED, Reason.VARIANT_AXIS_DEFAULT, Reason.SKU_DUPLICATE} <= set(old.row.reasons)
    assert not old.row.publishable
    assert not {Reason.USED, Reason.VARIANT_AXIS_DEFAULT, Reason.SKU_DUPLICATE} & set(judged(saved())[0].row.reasons)


def test_the_same_product_again_points_to_the_first() -> None:
    first, again, dearer = judged(
        saved(), saved(place="b.json: products.9", title="TAS anyam"), saved(60000, seller="ANYAMAN sari")
    )
    assert Reason.DUPLICATE not in first.row.reasons
    assert (again.row.place, again.row.duplicate_of) == ("b.json: products.9", "a.json: products.1")
    assert Reason.DUPLICATE_CONFLICT in dearer.row.reasons


def test_the_answers_own_values_are_kept_beside_what_was_read() -> None:
    (old,) = judged(saved(original={"price": '"50000"', "desc": "<b>Anyaman</b>"}))
    assert old.row.cells == {"price": '"50000"', "desc": "<b>Anyaman</b>"}


@pytest.mark.parametrize(
    ("sellers", "refused"),
    [
        ([("1", "A"), ("1", "a.")], False),
        ([("1", "A"), ("1", "B")], False),
        ([("1", "A"), ("", "")], False),
        ([("", "A"), ("", "B")], True),
        ([("1", "A"), ("2", "B")], True),
        ([("1", "A"), ("", "B")], True),
    ],
)
def test_one_name_is_for_one_seller(sellers: list[tuple[str, str]], refused: bool) -> None:
    found = [saved(seller_id=number, seller=name) for number, name in sellers]
    require_one_seller(found, None)
    with pytest.raises(UserError) if refused else nullcontext():
        require_one_seller(found, "Usaha")
