"""Attributes of the categories, of every input type: one choice, several, with or without own text, free text, a number,
and one that is asked for only with a certain value of another.

100000, 100392 with 1001533, and 602362 come from samples of the platform's documentation; the other ids are ours. What is
mandatory is what a micro business knows: where a thing comes from, how long it keeps, what it is made of.
"""

from dataclasses import dataclass

from bridge.sandbox.tokopedia.attribute_types import SALES, Attribute, attribute

COLOUR = attribute(100000, "Warna", "Hitam,Putih,Merah,Biru,Hijau,Kuning,Cokelat,Abu-abu", kind=SALES, custom=True)
SIZE = attribute(100007, "Ukuran", "S,M,L,XL,XXL,All Size", kind=SALES, custom=True)
FLAVOUR = attribute(920001, "Rasa", "Original,Balado,Keju,Pedas,Manis,Asin,Cokelat", kind=SALES, custom=True)
WEIGHT = attribute(920002, "Berat Kemasan", "100 g,250 g,500 g,1 kg", kind=SALES, custom=True)

ORIGIN = attribute(920010, "Negara Asal", "Indonesia,Malaysia,Thailand,Vietnam,Tiongkok,India,Lainnya")
SHELF_LIFE = attribute(920011, "Masa Simpan", "6 Bulan,1 Bulan,3 Bulan,12 Bulan,7 Hari,24 Bulan", custom=True)
INGREDIENTS = attribute(920012, "Komposisi", custom=True)
NET_WEIGHT = attribute(920013, "Berat Bersih (g)", custom=True, number=True)
DIET = attribute(920014, "Kebutuhan Khusus", "Vegetarian,Vegan,Bebas Gluten,Rendah Gula", multiple=True)
TASTES = attribute(920015, "Cita Rasa", "Manis,Asin,Pedas,Gurih,Asam", multiple=True, custom=True)
PERMIT = attribute(920016, "Nomor Izin Edar (PIRT/BPOM)", custom=True)
STORAGE = attribute(920017, "Cara Penyimpanan", "Suhu Ruang,Dingin,Beku")
COFFEE = attribute(920018, "Jenis Kopi", "Arabika,Robusta,Liberika,Campuran", multiple=True)
ROAST = attribute(920019, "Tingkat Sangrai", "Sedang,Ringan,Gelap")
TEA = attribute(920020, "Jenis Teh", "Teh Hitam,Teh Hijau,Teh Melati,Teh Herbal", custom=True)
RICE = attribute(920021, "Jenis Beras", "Beras Putih,Beras Merah,Beras Hitam,Ketan", custom=True)
MATERIAL = attribute(920030, "Bahan", "Katun,Rayon,Linen,Polyester,Denim,Sutra,Lainnya", custom=True)
PATTERN = attribute(920031, "Motif", "Polos,Batik,Bergaris,Bunga,Geometris", custom=True)
GENDER = attribute(920032, "Jenis Kelamin", "Pria,Wanita,Uniseks,Anak")
OCCASION = attribute(100392, "Acara", "1001533=Ulang Tahun,Pernikahan,Lebaran,Harian", multiple=True, custom=True)
BATIK = attribute(920033, "Teknik Batik", "Cap,Tulis,Printing,Kombinasi")
LENGTH = attribute(920034, "Panjang Kain (m)", custom=True, number=True)
CRAFT = attribute(920040, "Bahan Kerajinan", "Kayu,Bambu,Rotan,Kulit,Kain,Tanah Liat,Logam,Lainnya", custom=True)
HANDMADE = attribute(920041, "Buatan Tangan", "Ya,Tidak")
ASSEMBLY = attribute(920042, "Perakitan", "Siap Pakai,Perlu Dirakit")
TOOLS = attribute(920043, "Alat Rakit Disertakan", "Ya,Tidak", parent=("920042", "92004202"))
SKIN = attribute(920050, "Jenis Kulit", "Semua Jenis,Kering,Berminyak,Sensitif", multiple=True)
SOAP = attribute(920051, "Jenis Sabun", "Batang,Cair,Antiseptik")
PLANT = attribute(920060, "Jenis Tanaman", "Sayur,Buah,Bunga,Hias,Herbal", custom=True)
FERTILISER = attribute(920061, "Jenis Pupuk", "Kompos,Cair,Kandang,Hayati", custom=True)
PIECES = attribute(920062, "Isi per Kemasan", custom=True, number=True)

PIRT, HALAL, BPOM, SNI = "602301", "602302", "602303", "602362"
CERTIFICATES = {PIRT: "Sertifikat PIRT", HALAL: "Sertifikat Halal", BPOM: "Sertifikat BPOM", SNI: "Sertifikat SNI"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What a leaf asks for."""

    attributes: tuple[Attribute, ...]
    certificates: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()  # certificates without which nothing is listed
    needed_with: tuple[str, str, str] | None = None  # certificate, attribute, value
    size_chart: str = ""  # "", "supported" or "required"
    cod: bool = True
    dimensions: bool = False
    pre_order: bool = True
    codes: bool = False  # every SKU needs a seller SKU of a fixed form


FOOD = (ORIGIN.asked(), SHELF_LIFE.asked(), INGREDIENTS, NET_WEIGHT, DIET, PERMIT, STORAGE, FLAVOUR, WEIGHT)
WEAR = (MATERIAL.asked(), PATTERN, GENDER, OCCASION, COLOUR, SIZE)
CRAFTS = (CRAFT.asked(), HANDMADE, OCCASION, COLOUR, SIZE)
BEAUTY = (ORIGIN.asked(), NET_WEIGHT.asked(), SKIN, SHELF_LIFE, INGREDIENTS, PERMIT, FLAVOUR, SIZE)
GARDEN = (PIECES, COLOUR, SIZE)

PROFILES = {
    "snack": Profile((*FOOD, TASTES), (PIRT, HALAL)),
    "drink": Profile(FOOD, (PIRT, HALAL)),
    "coffee": Profile((COFFEE.asked(), ROAST, *FOOD), (PIRT, HALAL)),
    "tea": Profile((TEA.asked(), *FOOD), (PIRT, HALAL)),
    "herbal": Profile((INGREDIENTS.asked(), *(a for a in FOOD if a is not INGREDIENTS)), (BPOM, HALAL)),
    "sauce": Profile((*FOOD, TASTES), (PIRT, HALAL)),
    "spice": Profile((NET_WEIGHT.asked(), *(a for a in FOOD if a is not NET_WEIGHT)), (PIRT, HALAL)),
    "staple": Profile(FOOD, (PIRT, HALAL)),
    "rice": Profile((RICE.asked(), *FOOD)),
    "frozen": Profile((STORAGE.asked(), *(a for a in FOOD if a is not STORAGE)), (PIRT, HALAL), pre_order=False),
    "fashion": Profile(WEAR, size_chart="supported"),
    "batik": Profile((BATIK.asked(), *WEAR), size_chart="supported"),
    "hijab": Profile(WEAR),
    "prayer": Profile(WEAR),
    "hat": Profile(WEAR),
    "shoes": Profile(WEAR, size_chart="required", codes=True),
    "cloth": Profile((MATERIAL.asked(), LENGTH, PATTERN, COLOUR, SIZE)),
    "bag": Profile((*CRAFTS, GENDER)),
    "wallet": Profile((*CRAFTS, GENDER)),
    "jewellery": Profile(CRAFTS),
    "craft": Profile(CRAFTS),
    "souvenir": Profile((*CRAFTS, PIECES)),
    "furniture": Profile((*CRAFTS, ASSEMBLY, TOOLS), cod=False, dimensions=True),
    "kitchen": Profile((CRAFT.asked(), PIECES, COLOUR, SIZE)),
    "soap": Profile((SOAP.asked(), *BEAUTY), (BPOM, HALAL), needed_with=(BPOM, "920051", "92005103")),
    "scrub": Profile(BEAUTY, (BPOM, HALAL)),
    "cosmetic": Profile(BEAUTY, (BPOM, HALAL), needed=(BPOM,)),
    "seed": Profile((PLANT.asked(), *GARDEN)),
    "plant": Profile((PLANT.asked(), *GARDEN), pre_order=False),
    "fertiliser": Profile((FERTILISER.asked(), NET_WEIGHT, *GARDEN), cod=False),
    "toy": Profile(CRAFTS, (SNI,), needed=(SNI,)),
}
