"""The attributes of our categories, with every input type that the platform knows, and what it takes for a value."""

from dataclasses import dataclass
from typing import Any

YES_NO = ("true", "false", "1", "0")
LONGEST = {"string": 255, "text": 65_535, "combo_select": 255}
REFERER = "referer"  # "bukalapak_app": may stand among the attributes of any category


@dataclass(frozen=True, slots=True)
class Attribute:
    field_name: str
    display_name: str
    input_type: str
    options: tuple[str, ...] = ()
    required: bool = False

    def row(self) -> dict[str, Any]:
        return {
            "fieldName": self.field_name,
            "displayName": self.display_name,
            "inputType": self.input_type,
            "options": list(self.options),
            "required": self.required,
        }

    def takes(self, value: object) -> bool:
        """Several values come as a list of texts, all others as one text. An empty text clears."""
        if self.input_type == "check_boxes":
            return isinstance(value, list) and all(isinstance(one, str) and one in (*self.options, "") for one in value)
        if not isinstance(value, str):
            return self.input_type == "boolean" and isinstance(value, bool)
        if self.input_type == "boolean":
            return value.lower() in (*YES_NO, "")
        if self.input_type in LONGEST:
            return len(value) <= LONGEST[self.input_type]
        return value in (*self.options, "")


BRAND = Attribute("brand", "Merek", "string")
LICENCE = Attribute("izin", "Nomor Izin (PIRT/BPOM)", "string")
KEEPING = Attribute(
    "masa_simpan", "Masa Simpan", "select", ("< 1 bulan", "1-6 bulan", "6-12 bulan", "> 12 bulan"), True
)
HALAL = Attribute("halal", "Bersertifikat Halal", "boolean")
TASTE = Attribute("rasa", "Rasa", "combo_select", ("Original", "Pedas", "Manis", "Asin", "Keju", "Balado"))
PACK = Attribute("kemasan", "Kemasan", "radio_buttons", ("Plastik", "Botol", "Toples", "Kardus", "Kaleng"), True)
USE = Attribute("saran_penyajian", "Saran Penyajian", "text")
ROAST = Attribute("jenis", "Jenis Kopi", "select", ("Arabika", "Robusta", "Liberika", "Campuran"), True)
GRIND = Attribute("giling", "Bentuk", "radio_buttons", ("Biji", "Bubuk"), True)
SIZE = Attribute("ukuran", "Ukuran", "check_boxes", ("S", "M", "L", "XL", "XXL", "All Size"), True)
COLOUR = Attribute("warna", "Warna", "check_boxes", ("Hitam", "Putih", "Merah", "Biru", "Hijau", "Cokelat", "Kuning"))
FABRIC = Attribute("bahan", "Bahan", "combo_select", ("Katun", "Rayon", "Sutra", "Denim", "Kulit", "Kanvas"))
SHOE_SIZE = Attribute("ukuran", "Ukuran", "check_boxes", tuple(str(n) for n in range(26, 46)), True)
MATERIAL = Attribute("bahan", "Bahan", "string")
GUARANTEE = Attribute("garansi", "Garansi", "select", ("Tidak bergaransi", "1-12 bulan", "2 tahun"))
SKIN = Attribute("jenis_kulit", "Jenis Kulit", "check_boxes", ("Normal", "Kering", "Berminyak", "Sensitif"))
FORM = Attribute("bentuk", "Bentuk", "select", ("Cair", "Bubuk", "Kapsul", "Krim", "Padat"), True)
HAND = Attribute("buatan_tangan", "Buatan Tangan", "boolean")
AUTHOR = Attribute("pengarang", "Pengarang", "string", (), True)
BOOK_TYPE = Attribute("type", "Tipe", "select", ("Fiksi", "Non Fiksi", "Pelajaran", "Agama"))
BIKE_TYPE = Attribute("type", "Tipe", "select", ("MTB", "Roadbike", "Fixie", "BMX", "Track", "All Mountain"))
BIKE_BRAND = Attribute("brand", "Merek", "combo_select", ("United", "Polygon", "Dartmoor", "Lain-lain"))
BIKE_MATERIAL = Attribute("bahan", "Bahan", "combo_select", ("Alloy", "Cromoly", "Carbon"))
BIKE_SIZE = Attribute("ukuran", "Ukuran", "string")

PROFILES: dict[str, tuple[Attribute, ...]] = {
    "": (),
    "plain": (BRAND,),
    "snack": (BRAND, KEEPING, TASTE, HALAL, LICENCE),
    "food": (BRAND, KEEPING, PACK, HALAL, LICENCE, USE),
    "drink": (BRAND, KEEPING, PACK, HALAL, LICENCE, USE),
    "coffee": (BRAND, ROAST, GRIND, KEEPING, HALAL),
    "clothes": (BRAND, SIZE, COLOUR, FABRIC),
    "scarf": (BRAND, COLOUR, FABRIC),
    "bag": (BRAND, COLOUR, FABRIC, GUARANTEE),
    "shoes": (BRAND, SHOE_SIZE, COLOUR, FABRIC),
    "care": (BRAND, SKIN, LICENCE, USE),
    "herbal": (BRAND, FORM, LICENCE, USE),
    "home": (BRAND, MATERIAL, GUARANTEE),
    "craft": (MATERIAL, HAND, COLOUR),
    "book": (AUTHOR, BOOK_TYPE),
    "bike": (BIKE_TYPE, BIKE_BRAND, BIKE_MATERIAL, BIKE_SIZE),
}


def faults(profile: str, details: dict[str, Any]) -> list[str]:
    """What is wrong with the attributes of a product in a category of this profile."""
    known = {attribute.field_name: attribute for attribute in PROFILES[profile]}
    found = [f"Atribut {name} tidak dikenal" for name in details if name not in known and name != REFERER]
    for name, attribute in known.items():
        value = details.get(name)
        empty = value is None or value == "" or (isinstance(value, list) and not any(value))
        if attribute.required and empty:
            found.append(f"{attribute.display_name} tidak boleh kosong")
        elif value is not None and not attribute.takes(value):
            found.append(f"{attribute.display_name} tidak valid")
    return found


def specs(profile: str, details: dict[str, Any]) -> dict[str, Any]:
    """As answers show them: null for what was never filled in."""
    return {attribute.field_name: details.get(attribute.field_name) for attribute in PROFILES[profile]}
