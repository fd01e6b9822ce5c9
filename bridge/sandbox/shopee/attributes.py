"""Attributes of the categories, of every input type. Ids below 900000 are the platform's own; ours start at 900000.

Each leaf has a profile: which attributes it asks for, and which of them are mandatory. Mandatory ones carry their values
inline or are free text, and ask for what a micro business knows.
"""

from bridge.sandbox.shopee.attribute_types import (
    COMBO,
    DATE,
    DROP_DOWN,
    FLOAT,
    FREE,
    INT,
    MULTI_COMBO,
    MULTI_DROP_DOWN,
    Attribute,
    attribute,
)

ROAST = attribute(900007, "Tingkat Sangrai=Roast Level", DROP_DOWN, "Sedang=Medium,Ringan=Light,Gelap=Dark")
GRIND = attribute(900008, "Tingkat Giling=Grind Size", COMBO, "Halus=Fine,Sedang=Medium,Kasar=Coarse")
MONTHS = ("Bulan", "Hari", "Minggu", "Tahun")
REGIONS = (
    "Aceh,Bali,Banten,Bengkulu,Flores,Gayo,Jawa Barat=West Java,Jawa Tengah=Central Java,Jawa Timur=East Java,"
    "Kintamani,Lampung,Mandailing,Papua,Sumatra Barat=West Sumatra,Toraja"
)

ORIGIN = attribute(
    100037,
    "Asal Produk=Country of Origin",
    DROP_DOWN,
    "Indonesia,Malaysia,Thailand,Vietnam,India,Jepang=Japan,Korea,Taiwan,Amerika=USA,Negara Lain=Other Country",
)
SHELF_LIFE = attribute(
    900001,
    "Masa Penyimpanan=Shelf Life",
    COMBO,
    "6 Bulan=6 Months~Bulan,1 Bulan=1 Month~Bulan,3 Bulan=3 Months~Bulan,12 Bulan=12 Months~Bulan,"
    "7 Hari=7 Days~Hari,24 Bulan=24 Months~Bulan",
    validation=FLOAT,
    units=MONTHS,
)
PERMIT = attribute(900002, "No. Izin Edar (BPOM/PIRT)=Distribution Permit (BPOM/PIRT)", FREE)
EXPIRY = attribute(900003, "Tanggal Kedaluwarsa=Expiry Date", FREE, validation=DATE)
FLAVOUR = attribute(
    900004,
    "Rasa=Flavour",
    MULTI_COMBO,
    "Original,Manis=Sweet,Pedas=Spicy,Asin=Salty,Keju=Cheese,Balado,Cokelat=Chocolate,Jagung=Corn",
    most=5,
)
NET_WEIGHT = attribute(900005, "Berat Bersih=Net Weight", FREE, validation=FLOAT, units=("g", "kg", "ml", "l"))
COFFEE_FORM = attribute(
    900006,
    "Bentuk Kopi=Coffee Form",
    DROP_DOWN,
    "Bubuk=Ground,Biji=Beans,Instan=Instant,Kopi Celup=Drip Bag",
    children={"Biji": (ROAST,), "Bubuk": (GRIND,)},
)
COFFEE_KIND = attribute(
    900009,
    "Jenis Kopi=Coffee Type",
    MULTI_DROP_DOWN,
    "Arabika=Arabica,Robusta,Liberika=Liberica,Campuran=Blend",
    most=3,
)
DIET = attribute(
    900010,
    "Diet Khusus=Special Diet",
    MULTI_DROP_DOWN,
    "Vegetarian,Vegan,Bebas Gluten=Gluten Free,Rendah Gula=Low Sugar",
    most=4,
)
STORAGE = attribute(
    900011, "Kondisi Penyimpanan=Storage Condition", DROP_DOWN, "Suhu Ruang=Room Temperature,Dingin=Chilled,Beku=Frozen"
)
PIECES = attribute(900012, "Isi per Kemasan=Pieces per Pack", FREE, validation=INT)
MADE = attribute(900013, "Bulan Produksi=Production Month", FREE, validation=DATE, months_only=True)
TEA_KIND = attribute(
    900014,
    "Jenis Teh=Tea Type",
    COMBO,
    "Teh Hitam=Black Tea,Teh Hijau=Green Tea,Teh Melati=Jasmine Tea,Teh Herbal=Herbal Tea",
)
REGION = attribute(900015, "Daerah Asal=Region of Origin", DROP_DOWN, REGIONS, searchable=True)
SLEEVE = attribute(
    900016,
    "Panjang Lengan=Sleeve Length",
    DROP_DOWN,
    "Lengan Pendek=Short Sleeve,Lengan Panjang=Long Sleeve,Tanpa Lengan=Sleeveless",
)
AGE = attribute(
    900017,
    "Usia Anak=Child Age",
    MULTI_DROP_DOWN,
    "0-1 Tahun=0-1 Year,1-3 Tahun=1-3 Years,4-6 Tahun=4-6 Years,7-12 Tahun=7-12 Years",
    most=4,
)
MATERIAL_CRAFT = attribute(
    900018,
    "Bahan Utama=Main Material",
    COMBO,
    "Kayu=Wood,Bambu=Bamboo,Rotan=Rattan,Keramik=Ceramic,Kain=Fabric,Logam=Metal,Plastik=Plastic,Anyaman=Woven",
)
COLOUR = attribute(
    900019,
    "Warna=Colour",
    MULTI_COMBO,
    "Cokelat=Brown,Hitam=Black,Putih=White,Merah=Red,Biru=Blue,Hijau=Green,Aneka Warna=Multicolour",
    most=5,
)
LENGTH = attribute(900020, "Panjang=Length", FREE, validation=FLOAT, units=("cm", "m", "mm"))
SKIN = attribute(
    900021,
    "Jenis Kulit Wajah=Skin Type",
    MULTI_DROP_DOWN,
    "Semua Jenis Kulit=All Skin Types,Kering=Dry,Berminyak=Oily,Sensitif=Sensitive",
    most=4,
)
INGREDIENTS = attribute(900022, "Komposisi=Ingredients", FREE)
PLANT_KIND = attribute(
    900023,
    "Jenis Tanaman=Plant Type",
    COMBO,
    "Tanaman Hias=Ornamental,Sayuran=Vegetable,Buah=Fruit,Herbal=Herb,Bunga=Flower",
)
GARDEN_FORM = attribute(900024, "Bentuk=Form", DROP_DOWN, "Padat=Solid,Cair=Liquid,Butiran=Granules")
LOAD = attribute(900025, "Beban Maksimal=Maximum Load", FREE, validation=INT, units=("kg",))

GENDER = attribute(100022, "Jenis Kelamin=Gender", DROP_DOWN, "Unisex,Wanita=Women,Pria=Men")
MATERIAL = attribute(
    100134,
    "Bahan=Material",
    MULTI_COMBO,
    "Katun=Cotton,Batik,Linen,Sutra=Silk,Poliester=Polyester,Kulit=Leather,Logam=Metal,Lainnya=Others",
    most=3,
)
PATTERN = attribute(
    100162,
    "Motif=Pattern",
    DROP_DOWN,
    "Polos=Plain,Batik,Bunga-bunga=Floral,Garis-garis=Stripes,Kotak-kotak=Checks,Lainnya=Others",
)
OCCASION = attribute(
    100155, "Acara=Occasion", MULTI_DROP_DOWN, "Ulang Tahun=Birthday,Pernikahan=Wedding,Pertunangan=Engagement", most=3
)
PACK = attribute(100016, "Tipe Paket=Pack Type", DROP_DOWN, "Satuan=Single,Set,Multipack,Twin Pack")
CUSTOM = attribute(101219, "Produk Custom=Custom Product", DROP_DOWN, "Tidak=No,Ya=Yes")
HALAL = attribute(102367, "Sertifikat Halal=Halal Certificate", DROP_DOWN, "Belum Ada=None Yet,Ada=Available")
WARRANTY = attribute(
    100370,
    "Jenis Garansi=Warranty Type",
    DROP_DOWN,
    "Tidak Garansi=No Warranty,Garansi Supplier=Supplier Warranty,Garansi Produsen=Manufacturer Warranty",
    children={
        "Garansi Supplier": (
            attribute(
                100121,
                "Masa Garansi=Warranty Duration",
                DROP_DOWN,
                "1 Bulan=1 Month,3 Bulan=3 Months,6 Bulan=6 Months,12 Bulan=12 Months",
            ),
        ),
    },
)
HAT_STYLE = attribute(
    100192,
    "Gaya Topi=Hat Style",
    DROP_DOWN,
    "Peci,Topi Bisbol=Baseball Cap,Topi Pantai=Beach Hat,Bucket Hats,Lainnya=Others",
)
NECKWEAR = attribute(100196, "Jenis Aksesoris Leher=Neckwear Type", DROP_DOWN, "Syal=Shawl,Scarf,Lainnya=Others")

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
    for parent in attributes:
        for value in parent.values:
            found += _walk(value.children)
    return found


ALL = {a.attribute_id: a for both in PROFILES.values() for a in _walk((*both[0], *both[1]))}
