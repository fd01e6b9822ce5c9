"""Phones, NIB, permits, halal certificates and regions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sheets.identifiers import parse_nib, parse_phone
from bridge.sheets.licences import parse_halal, parse_permit, split_legality
from bridge.sheets.regions import guess_regency, resolve_region
from tests.unit.sheets.helpers import RULES, codes, judge_csv, one, products, unhurried
from tests.unit.sheets.scorer import AS_OF

METRO = "18.72"


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("0891-4366-0619", "+6289143660619"),
        ("(+62) 891-5200-0497", "+6289152000497"),
        ("+62 089282412316", "+6289282412316"),
        ("0892.6800.2105", "+6289268002105"),
        ("6289153014350", "+6289153014350"),
        ("89451304745", "+6289451304745"),
        ("89063089605.0", "+6289063089605"),
        ("0062 8911234567", "+628911234567"),
        ("WA 089005673721", "+6289005673721"),
        ("wa.me/6289327127566", "+6289327127566"),
        ("https://wa.me/6289327127566", "+6289327127566"),
        ("Bu Contoh 0891 2345 6789", "+6289123456789"),
        ("0892-1436-998", "+628921436998"),
        ("0891 0891 2345", "+6289108912345"),
    ],
)
def test_mobile_numbers(text: str, e164: str) -> None:
    phone = parse_phone(text, RULES)
    assert (phone.status, phone.e164, phone.reasons) == ("valid", e164, ())


@pytest.mark.parametrize(
    ("text", "status", "e164", "codes"),
    [
        ("089273142288, 089388647033", "multiple", "+6289273142288", ("W_PHONE_MULTIPLE",)),
        ("089273142288 / 089388647033", "multiple", "+6289273142288", ("W_PHONE_MULTIPLE",)),
        ("089273142288 089388647033", "multiple", "+6289273142288", ("W_PHONE_MULTIPLE",)),
        ("0725-00258", "landline", "+6272500258", ("W_PHONE_LANDLINE",)),
        ("(0725) 41234", "landline", "+6272541234", ("W_PHONE_LANDLINE",)),
        ("0621-123456", "landline", "+62621123456", ("W_PHONE_LANDLINE",)),
        ("0892248", "invalid", None, ("W_PHONE_INVALID",)),
        ("8.90123E+11", "invalid", None, ("W_PHONE_INVALID",)),
        ("8,9E+11", "invalid", None, ("W_PHONE_INVALID",)),
        ("lewat IG", "invalid", None, ("W_PHONE_INVALID",)),
        ("", "missing", None, ("W_PHONE_MISSING",)),
        ("-", "missing", None, ("W_PHONE_MISSING",)),
        ("tidak ada", "missing", None, ("W_PHONE_MISSING",)),
    ],
)
def test_other_numbers(text: str, status: str, e164: str | None, codes: tuple[str, ...]) -> None:
    phone = parse_phone(text, RULES)
    assert (phone.status, phone.e164, phone.reasons) == (status, e164, codes)


@unhurried
@given(st.text(max_size=60))
def test_a_phone_is_a_number_or_none(text: str) -> None:
    e164 = parse_phone(text, RULES).e164
    assert e164 is None or (e164.startswith("+62") and 11 <= len(e164) <= 15)


@pytest.mark.parametrize(
    "text",
    [
        "9900081626852",
        "9900 0816 26852",
        "NIB 9900081626852",
        "NIB: 9900081626852",
        "No. NIB = 9900.0816.26852",
        "9900081626852.0",
        "NIB9900081626852",
        "'9900081626852",
        "Ya 9900081626852",
        "sudah, NIB 9900081626852",
    ],
)
def test_nib(text: str) -> None:
    assert (parse_nib(text, RULES).status, parse_nib(text, RULES).digits) == ("valid", "9900081626852")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("990002767431", "bad_length"),
        ("990002O842747", "bad_chars"),
        ("9.9E+12", "bad_chars"),
        ("belum ada", "missing"),
        ("", "missing"),
        ("-", "missing"),
        ("Ada", "missing"),
        ("Dalam proses di OSS", "missing"),
    ],
)
def test_bad_nib(text: str, status: str) -> None:
    nib = parse_nib(text, RULES)
    assert (nib.status, nib.digits, nib.reasons) == (status, None, (f"W_NIB_{status.upper()}",))


@pytest.mark.parametrize(
    "text",
    [
        "2061872120586-28",
        "206187212058628",
        "PIRT: 2061872120586-28",
        "P-IRT No. 2061872120586-28",
        "P.IRT No 2061872120586 - 28",
        "DINKES P-IRT NO.206187212058628",
        "SPP-IRT 2061872120586/28",
        "P-IRT/BPOM: 2061872120586-28",
        "Ya: PIRT 206187212058628",
        "PIRT 206187212058; PIRT 206187212058628",
    ],
)
def test_pirt(text: str) -> None:
    permit = parse_permit(text, "Makanan", AS_OF, RULES)
    assert (permit.kind, permit.number, permit.pirt_status) == ("pirt", "206187212058628", "valid")
    assert (permit.expiry_year, permit.reasons) == (2028, ())


@pytest.mark.parametrize(
    ("year", "status", "codes"),
    [("25", "expired", ("W_PIRT_EXPIRED",)), ("26", "expiring", ("W_PIRT_EXPIRING",)), ("27", "valid", ())],
)
def test_pirt_year(year: str, status: str, codes: tuple[str, ...]) -> None:
    permit = parse_permit(f"2061872120586-{year}", "Makanan", AS_OF, RULES)
    assert (permit.pirt_status, permit.reasons, permit.number) == (status, codes, f"2061872120586{year}")


def test_pirt_expires_with_the_day_it_is_read() -> None:
    assert parse_permit("2061872120586-28", "Makanan", date(2029, 1, 1), RULES).pirt_status == "expired"


@pytest.mark.parametrize(
    "text", ["PIRT 20618721700822", "PIRT 2151872190754301", "PIRT 2151872X9080128", "206187211082", "PIRT 12"]
)
def test_bad_pirt(text: str) -> None:
    permit = parse_permit(text, "Makanan", AS_OF, RULES)
    assert (permit.kind, permit.number, permit.pirt_status, permit.reasons) == (
        "pirt",
        None,
        "bad_format",
        ("W_PIRT_BAD_FORMAT",),
    )


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("BPOM RI MD 236638702018", "bpom_md", "MD236638702018"),
        ("BPOM MD. 236638702018", "bpom_md", "MD236638702018"),
        ("ML 123456789012345", "bpom_ml", "ML123456789012345"),
        ("POM TR 123456789", "bpom_tr", "TR123456789"),
        ("SD 123456789", "bpom_sd", "SD123456789"),
        ("MD 1234", "bpom_md", None),
        ("ML 1234567890123456", "bpom_ml", None),
        ("BPOM 123456789012", None, None),
    ],
)
def test_bpom(text: str, kind: str | None, number: str | None) -> None:
    permit = parse_permit(text, "Minuman", AS_OF, RULES)
    assert (permit.kind, permit.number, permit.pirt_status) == (kind, number, "not_applicable")
    assert permit.reasons == (() if number else ("W_BPOM_BAD_FORMAT",))


@pytest.mark.parametrize(
    ("text", "category", "status", "codes"),
    [
        ("belum", "Makanan", "missing", ("W_IZIN_EDAR_MISSING",)),
        ("ada", "Minuman", "missing", ("W_IZIN_EDAR_MISSING",)),
        ("PIRT: belum", "Makanan", "missing", ("W_IZIN_EDAR_MISSING",)),
        ("P-IRT", "Makanan", "missing", ("W_IZIN_EDAR_MISSING",)),
        ("-", "Fashion", "not_applicable", ()),
        ("SNI 8371", "Kerajinan", "not_applicable", ()),
        ("", None, "not_applicable", ()),
        ("", "Kosmetik", "not_applicable", ("W_IZIN_EDAR_MISSING",)),
        ("MD 236638702018", "Kosmetik", "not_applicable", ("W_IZIN_EDAR_MISSING",)),
        ("NA 18802393789", "Kosmetik", "not_applicable", ()),
        ("NA 18283497", "Kosmetik", "not_applicable", ("W_BPOM_BAD_FORMAT",)),
    ],
)
def test_who_needs_a_permit(text: str, category: str | None, status: str, codes: tuple[str, ...]) -> None:
    permit = parse_permit(text, category, AS_OF, RULES)
    assert (permit.pirt_status, permit.reasons) == (status, codes)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Halal ID99110008289390925", "ID99110008289390925"),
        ("ID9911 0009 633470924", "ID99110009633470924"),
        ("id99110008879470423", "ID99110008879470423"),
        ("ID991100082893909250", "ID991100082893909250"),
        ("Sudah: ID99110001012250324", "ID99110001012250324"),
    ],
)
def test_halal(text: str, number: str) -> None:
    halal = parse_halal(text, "Makanan", RULES)
    assert (halal.status, halal.number, halal.reasons) == ("valid", number, ())


@pytest.mark.parametrize(
    ("text", "category", "status", "codes"),
    [
        ("KH-99000582", "Makanan", "bad_format", ("W_HALAL_BAD_FORMAT",)),
        ("ada", "Minuman", "bad_format", ("W_HALAL_BAD_FORMAT",)),
        ("Halal", "Makanan", "bad_format", ("W_HALAL_BAD_FORMAT",)),
        ("ID99110007425", "Makanan", "bad_format", ("W_HALAL_BAD_FORMAT",)),
        ("", "Makanan", "missing", ("W_HALAL_MISSING",)),
        ("Halal: belum", "Makanan", "missing", ("W_HALAL_MISSING",)),
        ("Proses Sehati", "Minuman", "missing", ("W_HALAL_MISSING",)),
        ("", "Kosmetik", "missing", ()),
        ("", "Fashion", "not_applicable", ()),
        ("", None, "not_applicable", ()),
    ],
)
def test_no_halal_number(text: str, category: str | None, status: str, codes: tuple[str, ...]) -> None:
    halal = parse_halal(text, category, RULES)
    assert (halal.status, halal.number, halal.reasons) == (status, None, codes)


def test_mixed_cell_of_papers() -> None:
    cell = "NIB: 9900081626852, PIRT: 2061872120586-28, Halal: ID99110008289390925"
    product = one(("Nama Produk", "Harga", "Jenis", "Legalitas"), ("Keripik", "15.000", "Makanan", cell))
    assert (product.nib, product.permit_number, product.halal_number) == (
        "9900081626852",
        "206187212058628",
        "ID99110008289390925",
    )
    assert dict(split_legality("NIB: 9900081626852 P-IRT: belum Halal: proses")) == {
        "nib": "NIB: 9900081626852",
        "licence": "belum",
        "halal": "proses",
    }
    assert split_legality("belum ada") == {}


def test_nib_of_a_mixed_cell_is_the_owners() -> None:
    header = ("Nama Usaha", "Nama Produk", "Harga", "Jenis", "Legalitas")
    cell = "NIB: 9900081626852, PIRT: 2061872120586-28"
    first, second = products(
        judge_csv([header, ("A", "Keripik", "15.000", "Makanan", cell), ("", "Dodol", "9.000", "Makanan", "")])
    )
    assert (first.nib, second.nib) == ("9900081626852", "9900081626852")
    assert (first.permit_number, second.permit_number) == ("206187212058628", None)


def test_first_answered_permit_column_counts() -> None:
    product = one(
        ("Nama Produk", "Harga", "Jenis", "PIRT", "BPOM"), ("Keripik", "15.000", "Makanan", "-", "MD 236638702018")
    )
    assert product.permit_kind == "bpom_md"


@pytest.mark.parametrize(
    ("kelurahan", "kecamatan", "codes"),
    [
        ("Hadi Mulyo Barat", "Metro Pusat", ("18.72.01.1004", "18.72.01")),
        ("Hadimulyo Brt", "Metrro Pusat", ("18.72.01.1004", "18.72.01")),
        ("Kel. HADIMULYO TIMUR", "M. Pusat", ("18.72.01.1002", "18.72.01")),
        ("METRO", "M. Pusat", ("18.72.01.1001", "18.72.01")),
        ("Ganjar agung ", "Kec. Metro Barat", ("18.72.03.1002", "18.72.03")),
        ("Sumbersari", "Kec. Metro Selatan", ("18.72.05.1003", "18.72.05")),
        ("Rejomulio", "", ("18.72.05.1001", "18.72.05")),
        ("Rejomulyo", "Metro Utara", ("18.72.05.1001", "18.72.05")),
        ("", "Metro Timur", (None, "18.72.04")),
        ("tidak dikenal", "M. Barat", (None, "18.72.03")),
        ("tidak dikenal", "tidak dikenal", (None, None)),
    ],
)
def test_regions(kelurahan: str, kecamatan: str, codes: tuple[str | None, str | None]) -> None:
    region = resolve_region(kelurahan, kecamatan, METRO, RULES)
    assert (region.kelurahan, region.kecamatan) == codes


def test_region_of_another_city_needs_an_exact_pair() -> None:
    assert resolve_region("Ganjar Agung", "Metro Barat", None, RULES).kelurahan == "18.72.03.1002"
    assert resolve_region("Ganjar Agung", "Metro Barat", "32.73", RULES).kelurahan == "18.72.03.1002"
    assert resolve_region("Rejomulyo", "", None, RULES).kelurahan is None


def test_the_city_of_a_sheet_is_guessed() -> None:
    places = [("Hadimulyo Barat", "Metro Pusat"), ("Rejomulyo", "M. Selatan"), ("", "")]
    assert guess_regency(places, [], RULES) == METRO
    assert guess_regency([], ["DINAS KOPERASI KOTA METRO"], RULES) == METRO
    assert guess_regency([], ["DAFTAR PRODUK", "Kabupaten Lampung Tengah 2026"], RULES) == "18.02"
    assert guess_regency([("zzz", "yyy")], ["Kota Antah"], RULES) is None


def test_kelurahan_blank_is_told() -> None:
    header = ("Nama Produk", "Harga", "Kelurahan", "Kecamatan")
    assert "W_REGION_KELURAHAN_MISSING" in codes(one(header, ("Keripik", "15.000", "", "Metro Pusat")))
    assert "W_REGION_KELURAHAN_MISSING" not in codes(one(header, ("Keripik", "15.000", "Metro", "Metro Pusat")))
