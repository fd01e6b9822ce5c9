"""Headings and header rows."""

import pytest

from bridge.sheets.book import Sheet
from bridge.sheets.headers import Header, find_header, read_heading
from tests.unit.sheets.helpers import HEADER, RULES, Rows


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Nama Usaha", "business"),
        ("NAMA UMKM", "business"),
        ("Merk", "business"),
        ("Nama Lengkap", "owner"),
        ("Kontak Person", "owner"),
        ("CP", "owner"),
        ("HP/WA", "phone"),
        ("Kontak", "phone"),
        ("No. Telp", "phone"),
        ("Alamat Usaha", "address"),
        ("KEL.", "kelurahan"),
        ("Desa/Kel", "kelurahan"),
        ("KEC.", "kecamatan"),
        ("Nomor Induk Berusaha", "nib"),
        ("Tgl Terbit NIB", "nib_date"),
        ("No. PIRT / BPOM", "licence"),
        ("P-IRT", "licence"),
        ("Izin Edar", "licence"),
        ("No. Sertifikat Halal", "halal"),
        ("Legalitas", "legality"),
        ("Bidang Usaha", "category"),
        ("Jenis", "category"),
        ("Produk", "product"),
        ("Nama Barang", "product"),
        ("Produk Unggulan", "product"),
        ("Varian/Rasa/Ukuran", "variant"),
        ("Motif", "variant"),
        ("HARGA (Rp)", "price"),
        ("Harga Satuan", "price"),
        ("Satuan", "unit"),
        ("Berat/Isi", "weight"),
        ("Netto", "weight"),
        ("Isi", "weight"),
        ("Jml Stok", "stock"),
        ("Jumlah", "stock"),
        ("Ket.", "description"),
        ("DESKRIPSI PRODUK", "description"),
        ("Link gambar", "photo"),
        ("Kode Produk", "sku"),
        ("7. Nama usaha (sesuai NIB)", "business"),
        ("Nama lengkap pemilik usaha (sesuai KTP)", "owner"),
        ("Nomor WhatsApp aktif", "phone"),
        ("Harga jual? tulis tanpa titik", "price"),
        ("Keterangan\n(boleh kosong, misal stok habis)", "description"),
        ("Apakah usaha Anda sudah memiliki NIB? Jika ya tuliskan nomornya", "nib"),
        ("Apakah produk sudah bersertifikat halal?", "halal"),
        ("Foto produk", "photo"),
        ("NAMA TOKO", "business"),
        ("Komoditi", "product"),
        ("Hrg. Jual", "price"),
        ("Business Name", "business"),
        ("Owner", "owner"),
        ("WhatsApp Number", "phone"),
        ("Sub-district", "kecamatan"),
        ("Product Name", "product"),
        ("Selling Price (IDR)", "price"),
        ("Net weight (g)", "weight"),
        ("Qty", "stock"),
        ("Image URL", "photo"),
        ("Berat Satuan (gr)", "weight"),
        ("BRT", "weight"),
        ("Persediaan", "stock"),
    ],
)
def test_known_headings(text: str, field: str) -> None:
    assert read_heading(text, RULES).field == field


@pytest.mark.parametrize(
    "text",
    [
        "NIK",
        "No. KTP",
        "Alamat email",
        "Harga Pokok",
        "Harga Reseller",
        "Jumlah karyawan",
        "Jenis kelamin",
        "Catatan petugas",
        "Nama",
        "Apakah harga cocok?",
        "Foto KTP",
        "Upload foto KTP pemilik",
        "Foto usaha",
        "Logo (gambar)",
        "Tanggal",
        "Komposisi",
        "Cost Price",
        "Price list",
        "Unit",
        "Product knowledge",
        "",
        "Stok Awal",
        "Stok Minimum",
        "Stok/bulan",
        "Harga Mulai",
        "Harga Eceran Tertinggi (HET)",
        "Harga Setelah Diskon",
        "Ongkir",
    ],
)
def test_headings_that_are_no_field(text: str) -> None:
    heading = read_heading(text, RULES)
    assert heading.field is None or (heading.field == "email" and not heading.kept)


@pytest.mark.parametrize(
    "text",
    [
        "NIK",
        "Nama ibu kandung",
        "E-mail",
        "Foto KTP",
        "No. Rekening",
        "Tanggal lahir",
        "NPWP",
        "Harga Modal",
        "Cost price",
        "ID card no.",
        "Mother's name",
    ],
)
def test_headings_whose_cells_are_never_kept(text: str) -> None:
    assert not read_heading(text, RULES).kept


def header(rows: Rows, merged: dict[tuple[int, int], tuple[int, int]] | None = None) -> Header | None:
    return find_header(Sheet("x", [list(row) for row in rows], merged or {}), RULES)


def fields(found: Header | None) -> list[str | None]:
    return [] if found is None else [column.heading.field for column in found.columns]


def test_one_row_below_a_letterhead() -> None:
    found = header([["PEMERINTAH KOTA METRO"], ["DAFTAR PRODUK", ""], [], HEADER])
    assert found is not None
    assert (found.first, found.last) == (3, 3)


def test_pair_with_group_headings() -> None:
    found = header(
        [["No", "PEMILIK", None, "PRODUK", None, None, "Foto"], [None, "Nama", "HP", "Nama", "Harga", "Berat", None]]
    )
    assert found is not None
    assert (found.first, found.last) == (0, 1)
    assert fields(found) == ["number", "owner", "phone", "product", "price", "weight", "photo"]


def test_merged_group_reaches_no_further_than_its_range() -> None:
    rows = [["Nama Produk", "Harga", None, "Stok", None], [None, "Pokok", "Jual", None, "Lain"]]
    assert fields(header(rows, {(0, 2): (0, 1)})) == ["product", None, "price", "stock", None]


def test_group_says_which_price() -> None:
    found = header([["Nama Produk", "Harga", None, None], [None, "Pokok", "Reseller", "Jual"]])
    assert fields(found) == ["product", None, None, "price"]


def test_second_row_may_only_carry_the_unit() -> None:
    found = header([["Nama Produk", "Harga", "Satuan"], ["Keripik", "Rp 15.000", "bks"]])
    assert found is not None
    assert found.last == 0


@pytest.mark.parametrize(
    "rows",
    [[["id", "jumlah_umkm", "tahun"], [1, 2, 3]], [["Nama", "Kegiatan"]], [], [[], []], [["Kecamatan", "Kelurahan"]]],
)
def test_no_list_of_products(rows: Rows) -> None:
    assert header(rows) is None


def test_better_covering_column_comes_first() -> None:
    found = header([["Nama Produk", "Harga eceran", "Harga"]])
    assert found is not None
    assert [column.index for column in found.of("price")] == [2, 1]


def test_a_name_is_more_than_the_best_product_of_a_business() -> None:
    header = find_header(Sheet("Data", [["Produk Unggulan", "Nama Produk", "Harga"], ["ya", "Keripik", 15000]]), RULES)
    assert header is not None
    assert header.of("product")[0].index == 1
