"""Attributes of the categories, of every input type. Ids below 900000 are the platform's own; ours start at 900000.

Each leaf has a profile: which attributes it asks for, and which of them are mandatory. Mandatory ones carry their values
inline or are free text, and ask for what a micro business knows.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

DROP_DOWN, COMBO, FREE, MULTI_DROP_DOWN, MULTI_COMBO = 1, 2, 3, 4, 5
ANY, INT, TEXT, FLOAT, DATE = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Value:
    value_id: int
    name_id: str
    name_en: str
    unit: str = ""
    children: tuple["Attribute", ...] = ()

    def name(self, language: str) -> str:
        return self.name_id if language == "id" else self.name_en


@dataclass(frozen=True, slots=True)
class Attribute:
    attribute_id: int
    name_id: str
    name_en: str
    input_type: int
    values: tuple[Value, ...] = ()
    validation: int = TEXT
    units: tuple[str, ...] = ()  # not empty: format_type 2, a number with a unit
    months_only: bool = False  # dates read back as month and year
    most: int = 1
    searchable: bool = False  # its values come by search_attribute_value_list, not inline
    by_id: dict[int, Value] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_id.update({value.value_id: value for value in self.values})

    def name(self, language: str) -> str:
        return self.name_id if language == "id" else self.name_en


def _attribute(attribute_id: int, names: str, input_type: int, options: str = "", **more: Any) -> Attribute:
    """Options are written `Indonesian=English` (once when equal), parted by commas; `~` parts off a unit."""
    children: dict[str, tuple[Attribute, ...]] = more.pop("children", {})
    values = []
    for number, option in enumerate(filter(None, options.split(",")), 1):
        text, _, unit = option.partition("~")
        name_id, _, name_en = text.partition("=")
        value_id = attribute_id * 100 + number
        values.append(Value(value_id, name_id, name_en or name_id, unit, children.get(name_id, ())))
    name_id, _, name_en = names.partition("=")
    return Attribute(attribute_id, name_id, name_en, input_type, tuple(values), **more)


ROAST = _attribute(900007, "Tingkat Sangrai=Roast Level", DROP_DOWN, "Sedang=Medium,Ringan=Light,Gelap=Dark")
GRIND = _attribute(900008, "Tingkat Giling=Grind Size", COMBO, "Halus=Fine,Sedang=Medium,Kasar=Coarse")
MONTHS = ("Bulan", "Hari", "Minggu", "Tahun")
REGIONS = (
    "Aceh,Bali,Banten,Bengkulu,Flores,Gayo,Jawa Barat=West Java,Jawa Tengah=Central Java,Jawa Timur=East Java,"
    "Kintamani,Lampung,Mandailing,Papua,Sumatra Barat=West Sumatra,Toraja"
)

ORIGIN = _attribute(
    100037,
    "Asal Produk=Country of Origin",
    DROP_DOWN,
    "Indonesia,Malaysia,Thailand,Vietnam,India,Jepang=Japan,Korea,Taiwan,Amerika=USA,Negara Lain=Other Country",
)
SHELF_LIFE = _attribute(
    900001,
    "Masa Penyimpanan=Shelf Life",
    COMBO,
    "6 Bulan=6 Months~Bulan,1 Bulan=1 Month~Bulan,3 Bulan=3 Months~Bulan,12 Bulan=12 Months~Bulan,"
    "7 Hari=7 Days~Hari,24 Bulan=24 Months~Bulan",
    validation=FLOAT,
    units=MONTHS,
)
PERMIT = _attribute(900002, "No. Izin Edar (BPOM/PIRT)=Distribution Permit (BPOM/PIRT)", FREE)
EXPIRY = _attribute(900003, "Tanggal Kedaluwarsa=Expiry Date", FREE, validation=DATE)
FLAVOUR = _attribute(
    900004,
    "Rasa=Flavour",
    MULTI_COMBO,
    "Original,Manis=Sweet,Pedas=Spicy,Asin=Salty,Keju=Cheese,Balado,Cokelat=Chocolate,Jagung=Corn",
    most=5,
)
NET_WEIGHT = _attribute(900005, "Berat Bersih=Net Weight", FREE, validation=FLOAT, units=("g", "kg", "ml", "l"))
COFFEE_FORM = _attribute(
    900006,
    "Bentuk Kopi=Coffee Form",
    DROP_DOWN,
    "Bubuk=Ground,Biji=Beans,Instan=Instant,Kopi Celup=Drip Bag",
    children={"Biji": (ROAST,), "Bubuk": (GRIND,)},
)
COFFEE_KIND = _attribute(
    900009,
    "Jenis Kopi=Coffee Type",
    MULTI_DROP_DOWN,
    "Arabika=Arabica,Robusta,Liberika=Liberica,Campuran=Blend",
    most=3,
)
DIET = _attribute(
    900010,
    "Diet Khusus=Special Diet",
    MULTI_DROP_DOWN,
    "Vegetarian,Vegan,Bebas Gluten=Gluten Free,Rendah Gula=Low Sugar",
    most=4,
)
STORAGE = _attribute(
    900011, "Kondisi Penyimpanan=Storage Condition", DROP_DOWN, "Suhu Ruang=Room Temperature,Dingin=Chilled,Beku=Frozen"
)
PIECES = _attribute(900012, "Isi per Kemasan=Pieces per Pack", FREE, validation=INT)
MADE = _attribute(900013, "Bulan Produksi=Production Month", FREE, validation=DATE, months_only=True)
TEA_KIND = _attribute(
    900014,
    "Jenis Teh=Tea Type",
    COMBO,
    "Teh Hitam=Black Tea,Teh Hijau=Green Tea,Teh Melati=Jasmine Tea,Teh Herbal=Herbal Tea",
)
REGION = _attribute(900015, "Daerah Asal=Region of Origin", DROP_DOWN, REGIONS, searchable=True)
SLEEVE = _attribute(
    900016,
    "Panjang Lengan=Sleeve Length",
    DROP_DOWN,
    "Lengan Pendek=Short Sleeve,Lengan Panjang=Long Sleeve,Tanpa Lengan=Sleeveless",
)
AGE = _attribute(
    900017,
    "Usia Anak=Child Age",
    MULTI_DROP_DOWN,
    "0-1 Tahun=0-1 Year,1-3 Tahun=1-3 Years,4-6 Tahun=4-6 Years,7-12 Tahun=7-12 Years",
    most=4,
)
MATERIAL_CRAFT = _attribute(
    900018,
    "Bahan Utama=Main Material",
    COMBO,
    "Kayu=Wood,Bambu=Bamboo,Rotan=Rattan,Keramik=Ceramic,Kain=Fabric,Logam=Metal,Plastik=Plastic,Anyaman=Woven",
)
COLOUR = _attribute(
    900019,
    "Warna=Colour",
    MULTI_COMBO,
    "Cokelat=Brown,Hitam=Black,Putih=White,Merah=Red,Biru=Blue,Hijau=Green,Aneka Warna=Multicolour",
    most=5,
)
LENGTH = _attribute(900020, "Panjang=Length", FREE, validation=FLOAT, units=("cm", "m", "mm"))
SKIN = _attribute(
    900021,
    "Jenis Kulit Wajah=Skin Type",
    MULTI_DROP_DOWN,
    "Semua Jenis Kulit=All Skin Types,Kering=Dry,Berminyak=Oily,Sensitif=Sensitive",
    most=4,
)
INGREDIENTS = _attribute(900022, "Komposisi=Ingredients", FREE)
PLANT_KIND = _attribute(
    900023,
    "Jenis Tanaman=Plant Type",
    COMBO,
    "Tanaman Hias=Ornamental,Sayuran=Vegetable,Buah=Fruit,Herbal=Herb,Bunga=Flower",
)
GARDEN_FORM = _attribute(900024, "Bentuk=Form", DROP_DOWN, "Padat=Solid,Cair=Liquid,Butiran=Granules")
LOAD = _attribute(900025, "Beban Maksimal=Maximum Load", FREE, validation=INT, units=("kg",))

GENDER = _attribute(100022, "Jenis Kelamin=Gender", DROP_DOWN, "Unisex,Wanita=Women,Pria=Men")
MATERIAL = _attribute(
    100134,
    "Bahan=Material",
    MULTI_COMBO,
    "Katun=Cotton,Batik,Linen,Sutra=Silk,Poliester=Polyester,Kulit=Leather,Logam=Metal,Lainnya=Others",
    most=3,
)
PATTERN = _attribute(
    100162,
    "Motif=Pattern",
    DROP_DOWN,
    "Polos=Plain,Batik,Bunga-bunga=Floral,Garis-garis=Stripes,Kotak-kotak=Checks,Lainnya=Others",
)
OCCASION = _attribute(
    100155, "Acara=Occasion", MULTI_DROP_DOWN, "Ulang Tahun=Birthday,Pernikahan=Wedding,Pertunangan=Engagement", most=3
)
PACK = _attribute(100016, "Tipe Paket=Pack Type", DROP_DOWN, "Satuan=Single,Set,Multipack,Twin Pack")
CUSTOM = _attribute(101219, "Produk Custom=Custom Product", DROP_DOWN, "Tidak=No,Ya=Yes")
HALAL = _attribute(102367, "Sertifikat Halal=Halal Certificate", DROP_DOWN, "Belum Ada=None Yet,Ada=Available")
WARRANTY = _attribute(
    100370,
    "Jenis Garansi=Warranty Type",
    DROP_DOWN,
    "Tidak Garansi=No Warranty,Garansi Supplier=Supplier Warranty,Garansi Produsen=Manufacturer Warranty",
    children={
        "Garansi Supplier": (
            _attribute(
                100121,
                "Masa Garansi=Warranty Duration",
                DROP_DOWN,
                "1 Bulan=1 Month,3 Bulan=3 Months,6 Bulan=6 Months,12 Bulan=12 Months",
            ),
        ),
    },
)
HAT_STYLE = _attribute(
    100192,
    "Gaya Topi=Hat Style",
    DROP_DOWN,
    "Peci,Topi Bisbol=Baseball Cap,Topi Pantai=Beach Hat,Bucket Hats,Lainnya=Others",
)
NECKWEAR = _attribute(100196, "Jenis Aksesoris Leher=Neckwear Type", DROP_DOWN, "Syal=Shawl,Scarf,Lainnya=Others")

_FOOD = (PERMIT, HALAL, NET_WEIGHT, STORAGE, EXPIRY, MADE, DIET, PIECES, PACK)
_CLOTHES = (PATTERN, OCCASION, COLOUR, CUSTOM, ORIGIN)

# profile -> (mandatory, optional)
PROFILES: dict[str, tuple[tuple[Attribute, ...], tuple[Attribute, ...]]] = {
    "snack": ((ORIGIN, SHELF_LIFE), (FLAVOUR, *_FOOD)),
    "food": ((ORIGIN, SHELF_LIFE), _FOOD),
    "frozen": ((ORIGIN, SHELF_LIFE, STORAGE), (PERMIT, HALAL, NET_WEIGHT, PIECES)),
    "sauce": ((ORIGIN, SHELF_LIFE), (FLAVOUR, *_FOOD)),
    "coffee": ((ORIGIN, SHELF_LIFE, COFFEE_FORM), (COFFEE_KIND, REGION, *_FOOD)),
    "tea": ((ORIGIN, SHELF_LIFE), (TEA_KIND, REGION, *_FOOD)),
    "drink": ((ORIGIN, SHELF_LIFE), (FLAVOUR, *_FOOD)),
    "herbal": ((ORIGIN, SHELF_LIFE, INGREDIENTS), (PERMIT, HALAL, NET_WEIGHT, EXPIRY)),
    "fashion": ((MATERIAL,), (GENDER, SLEEVE, *_CLOTHES)),
    "traditional": ((MATERIAL,), (GENDER, SLEEVE, LENGTH, *_CLOTHES)),
    "kids": ((MATERIAL, GENDER), (AGE, SLEEVE, *_CLOTHES)),
    "fabric": ((MATERIAL,), (PATTERN, COLOUR, LENGTH, ORIGIN)),
    "scarf": ((MATERIAL,), (NECKWEAR, GENDER, PATTERN, COLOUR, LENGTH, ORIGIN)),
    "hat": ((HAT_STYLE,), (GENDER, MATERIAL, *_CLOTHES)),
    "accessory": ((), (MATERIAL, GENDER, OCCASION, COLOUR, PACK, CUSTOM, ORIGIN, WARRANTY)),
    "bag": ((MATERIAL,), (GENDER, PATTERN, COLOUR, CUSTOM, WARRANTY, ORIGIN)),
    "craft": ((MATERIAL_CRAFT,), (COLOUR, LENGTH, PACK, CUSTOM, ORIGIN, WARRANTY, PIECES)),
    "home": ((), (MATERIAL_CRAFT, COLOUR, PACK, ORIGIN, WARRANTY)),
    "furniture": ((MATERIAL_CRAFT, WARRANTY), (COLOUR, LOAD, LENGTH, ORIGIN)),
    "plant": ((PLANT_KIND,), (ORIGIN, PIECES, REGION)),
    "garden": ((GARDEN_FORM,), (NET_WEIGHT, ORIGIN)),
    "cosmetic": ((ORIGIN, SHELF_LIFE), (PERMIT, HALAL, SKIN, INGREDIENTS, NET_WEIGHT, EXPIRY)),
}

BRAND_MANDATORY = frozenset({"cosmetic", "bag"})  # "No Brand" (0) is an answer
DIMENSION_MANDATORY = frozenset({"furniture"})
NO_PRE_ORDER = frozenset({"frozen"})
BRANDS = {
    1000001: "Batik Nusantara",
    1000002: "Kopi Rakyat",
    1000003: "Sari Bumi",
    1000004: "Griya Anyam",
    1000005: "Tani Makmur",
}


def _walk(attributes: tuple[Attribute, ...]) -> list[Attribute]:
    found = list(attributes)
    for attribute in attributes:
        for value in attribute.values:
            found += _walk(value.children)
    return found


ALL = {a.attribute_id: a for both in PROFILES.values() for a in _walk((*both[0], *both[1]))}


@cache
def attribute_tree(profile: str, language: str) -> list[dict[str, Any]]:
    mandatory, optional = PROFILES[profile]
    return [_node(a, a in mandatory, language) for a in (*mandatory, *optional)]


def _node(attribute: Attribute, mandatory: bool, language: str) -> dict[str, Any]:
    values = () if attribute.searchable else attribute.values
    return {
        "attribute_id": attribute.attribute_id,
        "mandatory": mandatory,
        "name": attribute.name(language),
        "attribute_value_list": [_value_node(value, language) for value in values],
        "attribute_info": {
            "input_type": attribute.input_type,
            "input_validation_type": attribute.validation,
            "format_type": 2 if attribute.units else 1,
            "date_format_type": int(attribute.months_only),
            "attribute_unit_list": list(attribute.units),
            "max_value_count": attribute.most,
            "introduction": "",
            "is_oem": False,
            "support_search_value": attribute.searchable,
        },
        "multi_lang": [{"language": code, "value": attribute.name(code)} for code in ("en", "id")],
    }


def _value_node(value: Value, language: str) -> dict[str, Any]:
    return {
        "value_id": value.value_id,
        "name": value.name(language),
        "value_unit": value.unit,
        "child_attribute_list": [_node(child, False, language) for child in value.children],
        "multi_lang": [{"language": code, "value": value.name(code)} for code in ("en", "id")],
    }
