"""Every problem that mapping can find, with its sentence and its remedy. Templates are gettext msgids, filled by `str.format`.

A problem parks the product; the same value as a note (`MappedListing.assumed`) says what was assumed without parking it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from bridge.model import Problem


class MappingCode(StrEnum):
    BLOCKED = "M_BLOCKED"
    CATEGORY_UNKNOWN = "M_CATEGORY_UNKNOWN"
    CATEGORY_AMBIGUOUS = "M_CATEGORY_AMBIGUOUS"
    CATEGORY_CONFLICT = "M_CATEGORY_CONFLICT"
    CATEGORY_UNSURE = "M_CATEGORY_UNSURE"
    STOCK_UNKNOWN = "M_STOCK_UNKNOWN"
    STOCK_BELOW_MIN = "M_STOCK_BELOW_MIN"
    STOCK_ABOVE_MAX = "M_STOCK_ABOVE_MAX"
    VARIANT_LEFT_OUT = "M_VARIANT_LEFT_OUT"
    VARIANT_NONE = "M_VARIANT_NONE"
    VARIANT_SHAPE = "M_VARIANT_SHAPE"
    VARIANT_TWICE = "M_VARIANT_TWICE"
    AXES_TOO_MANY = "M_AXES_TOO_MANY"
    OPTIONS_TOO_MANY = "M_OPTIONS_TOO_MANY"
    SKUS_TOO_MANY = "M_SKUS_TOO_MANY"
    SKU_CODE = "M_SKU_CODE"
    AXIS_SHORTENED = "M_AXIS_SHORTENED"
    OPTION_SHORTENED = "M_OPTION_SHORTENED"
    OPTION_COLLISION = "M_OPTION_COLLISION"
    TITLE_TIDIED = "M_TITLE_TIDIED"
    TITLE_SHORTENED = "M_TITLE_SHORTENED"
    TITLE_LENGTHENED = "M_TITLE_LENGTHENED"
    TITLE_TOO_SHORT = "M_TITLE_TOO_SHORT"
    DESCRIPTION_SHORTENED = "M_DESCRIPTION_SHORTENED"
    DESCRIPTION_TOO_SHORT = "M_DESCRIPTION_TOO_SHORT"
    ATTRIBUTE_MISSING = "M_ATTRIBUTE_MISSING"
    ATTRIBUTE_HINTED = "M_ATTRIBUTE_HINTED"
    ATTRIBUTE_DEFAULT = "M_ATTRIBUTE_DEFAULT"
    PRICE_MISSING = "M_PRICE_MISSING"
    PRICE_TOO_LOW = "M_PRICE_TOO_LOW"
    PRICE_TOO_HIGH = "M_PRICE_TOO_HIGH"
    PRICE_RATIO = "M_PRICE_RATIO"
    WEIGHT_MISSING = "M_WEIGHT_MISSING"
    WEIGHT_OUT_OF_RANGE = "M_WEIGHT_OUT_OF_RANGE"
    PACKAGE_MISSING = "M_PACKAGE_MISSING"
    SIZE_CHART = "M_SIZE_CHART"
    CERTIFICATE = "M_CERTIFICATE"
    GTIN = "M_GTIN"
    COURIER_NONE = "M_COURIER_NONE"
    PICTURES_TOO_FEW = "M_PICTURES_TOO_FEW"
    PICTURES_LEFT_OUT = "M_PICTURES_LEFT_OUT"
    PREORDER_NOT_OFFERED = "M_PREORDER_NOT_OFFERED"
    PREORDER_OUT_OF_RANGE = "M_PREORDER_OUT_OF_RANGE"


Code = MappingCode

TEMPLATES: dict[MappingCode, tuple[str, str]] = {
    Code.BLOCKED: ("The import marked this product {reason}.", "Correct the row in the sheet and import it again."),
    Code.CATEGORY_UNKNOWN: (
        "No category is known for “{name}” ({jenis}).",
        "Choose one with `jembatan categories map`, or add its word to the channel's mapping file.",
    ),
    Code.CATEGORY_AMBIGUOUS: (
        "“{name}” fits several categories: {candidates}.",
        "Choose one with `jembatan categories map`, or give the product a clearer name.",
    ),
    Code.CATEGORY_CONFLICT: (
        "The name “{name}” points to {candidates}, but the sheet says {jenis}.",
        "Correct the kind in the sheet, or choose the category with `jembatan categories map`.",
    ),
    Code.CATEGORY_UNSURE: (
        "Category {category} for “{name}” is only a guess ({confidence}).",
        "Confirm it with `jembatan categories map`.",
    ),
    Code.STOCK_UNKNOWN: (
        "The stock of {skus} is unknown.",
        "Fill in the stock in the sheet, or count it with `jembatan stock count`.",
    ),
    Code.STOCK_BELOW_MIN: (
        "The stock of {skus} is below {minimum}, the least the channel takes for a new listing.",
        "It is published by itself once there is enough stock.",
    ),
    Code.STOCK_ABOVE_MAX: (
        "The stock of {skus} is above {limit}, the most the channel takes.",
        "Check the stock in the sheet, or count it with `jembatan stock count`.",
    ),
    Code.VARIANT_LEFT_OUT: (
        "The variant {sku} is left out for now: its stock is {stock}, and the channel starts at {minimum}.",
        "It is added once there is enough stock.",
    ),
    Code.VARIANT_NONE: ("The product has no SKU to sell.", "Import the product again."),
    Code.VARIANT_SHAPE: (
        "The variants do not fit together: {axes} axes, but {sku} has {options} options.",
        "Write an option for each axis in the sheet and import it again.",
    ),
    Code.VARIANT_TWICE: (
        "The variant “{option}” occurs twice ({skus}).",
        "Give each variant its own options in the sheet.",
    ),
    Code.AXES_TOO_MANY: (
        "The product varies by {value} things ({axes}); the channel takes {limit}.",
        "Join two of them in the sheet, or split the product.",
    ),
    Code.OPTIONS_TOO_MANY: (
        "“{axis}” has {value} options; the channel takes {limit}.",
        "Split the product into several in the sheet.",
    ),
    Code.SKUS_TOO_MANY: (
        "The product has {value} variants; the channel takes {limit}.",
        "Split the product into several in the sheet.",
    ),
    Code.SKU_CODE: (
        "The channel does not take the SKU code “{sku}”: {minimum} to {limit} characters, without blanks, and in some "
        "categories only letters, digits, - and _.",
        "Give it another code in the column SKU of the sheet and import it again.",
    ),
    Code.AXIS_SHORTENED: (
        "The variant name “{value}” is shown as “{short}”: the channel takes {limit} characters.",
        "Write a shorter name in the sheet if you prefer another.",
    ),
    Code.OPTION_SHORTENED: (
        "The option “{value}” is shown as “{short}”: the channel takes {limit} characters.",
        "Write a shorter option in the sheet if you prefer another.",
    ),
    Code.OPTION_COLLISION: (
        "The options {options} look the same within the {limit} characters that the channel takes.",
        "Write shorter options in the sheet that differ at the beginning.",
    ),
    Code.TITLE_TIDIED: (
        "The title is “{title}” instead of “{value}”.",
        "Write the name so in the sheet to keep control.",
    ),
    Code.TITLE_SHORTENED: (
        "The title is cut to “{title}”: the channel takes {limit} characters.",
        "Write a shorter name in the sheet if you prefer another.",
    ),
    Code.TITLE_LENGTHENED: (
        "The title is lengthened to “{title}”: the channel asks for at least {limit} characters.",
        "Write a longer name in the sheet if you prefer another.",
    ),
    Code.TITLE_TOO_SHORT: (
        "The title “{title}” has {value} characters; the channel asks for at least {limit}.",
        "Write a longer name in the sheet: kind, taste, size, origin.",
    ),
    Code.DESCRIPTION_SHORTENED: (
        "The description is cut from {value} to {limit} characters.",
        "Shorten the description in the sheet.",
    ),
    Code.DESCRIPTION_TOO_SHORT: (
        "The description has {value} characters; the channel asks for at least {limit}.",
        "Say more about the product in the sheet.",
    ),
    Code.ATTRIBUTE_MISSING: (
        "The category asks for “{field}”, and neither the sheet nor a default answers it. Possible: {options}.",
        "Add a column “{field}” to the sheet, or a default to the mapping file.",
    ),
    Code.ATTRIBUTE_HINTED: (
        "“{field}” is answered with “{value}”, taken from the product's name.",
        "Add a column “{field}” to the sheet if that is not right.",
    ),
    Code.ATTRIBUTE_DEFAULT: (
        "“{field}” is answered with “{value}”, the default of the mapping file.",
        "Add a column “{field}” to the sheet if that is not right.",
    ),
    Code.PRICE_MISSING: ("{sku} has no price.", "Write one price in the sheet and import it again."),
    Code.PRICE_TOO_LOW: (
        "The price of {sku}, Rp {value}, is below Rp {limit}, the least the channel takes.",
        "Raise the price, or sell the product in a larger pack.",
    ),
    Code.PRICE_TOO_HIGH: (
        "The price of {sku}, Rp {value}, is above Rp {limit}, the most the channel takes.",
        "Check the price in the sheet.",
    ),
    Code.PRICE_RATIO: (
        "{dear} (Rp {dear_idr}) costs more than {limit} times {cheap} (Rp {cheap_idr}); the channel refuses that.",
        "Make the cheapest or the dearest variant a product of its own.",
    ),
    Code.WEIGHT_MISSING: ("{sku} has no weight.", "Write the weight in the sheet and import it again."),
    Code.WEIGHT_OUT_OF_RANGE: (
        "{sku} weighs {value} g with its packaging; the channel takes {minimum} to {limit} g.",
        "Check the weight in the sheet.",
    ),
    Code.PACKAGE_MISSING: (
        "The category asks for the size of the package.",
        "Add a [[package]] for this category to the mapping file.",
    ),
    Code.SIZE_CHART: (
        "The category asks for a size chart, which the bridge cannot send yet.",
        "Choose another category with `jembatan categories map`, or publish this product by hand.",
    ),
    Code.CERTIFICATE: (
        "The category asks for the picture of a certificate, such as BPOM or SNI, which the bridge cannot send yet.",
        "Choose another category with `jembatan categories map`, or publish this product by hand.",
    ),
    Code.GTIN: (
        "The category asks for a barcode number (GTIN), which the bridge cannot send yet.",
        "Choose another category with `jembatan categories map`, or publish this product by hand.",
    ),
    Code.COURIER_NONE: (
        "No courier that the shop has switched on takes {value} g.",
        "Switch on another courier in the seller centre, then run again.",
    ),
    Code.PICTURES_TOO_FEW: (
        "The product has {value} pictures; the channel asks for at least {limit}.",
        "Add links to pictures in the sheet.",
    ),
    Code.PICTURES_LEFT_OUT: (
        "Only the first {limit} of {value} pictures are sent.",
        "Put the best pictures first in the sheet.",
    ),
    Code.PREORDER_NOT_OFFERED: (
        "The product is made to order ({value} days), which this category does not offer.",
        "Keep it in stock and remove the days in the sheet, or choose another category.",
    ),
    Code.PREORDER_OUT_OF_RANGE: (
        "Made to order takes {value} days; the channel takes {minimum} to {limit}.",
        "Correct the days in the sheet.",
    ),
}

# What the import's reason codes mean for publishing. A code that is not here gets the general sentence of BLOCKED.
BLOCKERS: dict[str, tuple[str, str]] = {
    "W_WEIGHT_MISSING": ("The sheet gives no weight ({reason}).", "Write the weight with its unit in the sheet."),
    "W_WEIGHT_AMBIGUOUS": (
        "The weight in the sheet has no unit and may be grams or kilos ({reason}).",
        "Write the unit behind the number, such as 250 gr.",
    ),
    "W_IMAGE_MISSING": ("The sheet gives no picture ({reason}).", "Add a link to a picture."),
    "W_IMAGE_LOCAL_NAME": (
        "The picture is only a file name ({reason}).",
        "Upload the picture and write its link in the sheet.",
    ),
    "W_IMAGE_FOLDER_LINK": (
        "The picture link leads to a folder ({reason}).",
        "Write the links of the single pictures.",
    ),
    "W_IZIN_EDAR_MISSING": (
        "Food, drink or cosmetics without a P-IRT or BPOM number ({reason}).",
        "Write the number in the sheet once it is issued.",
    ),
    "W_PIRT_EXPIRED": ("The P-IRT number has expired ({reason}).", "Renew it and write the new number in the sheet."),
    "W_PIRT_BAD_FORMAT": ("The P-IRT number is not complete ({reason}).", "Copy all 15 digits from the certificate."),
    "W_BPOM_BAD_FORMAT": (
        "The BPOM number is not complete ({reason}).",
        "Copy letters and digits from the certificate.",
    ),
    "W_PRICE_RANGE": (
        "The sheet gives a range of prices ({reason}).",
        "Write one price, or one price per variant.",
    ),
    "W_PRICE_FROM": ("The sheet gives a lowest price only ({reason}).", "Write one price, or one price per variant."),
    "W_DESC_TOO_SHORT": ("The description is too short ({reason}).", "Write at least 20 characters."),
    "W_CATEGORY_UNKNOWN": (
        "The kind of product is not known ({reason}).",
        "Write Makanan, Minuman, Fashion … in the sheet.",
    ),
    "W_HALAL_MISSING": ("The halal certificate is missing ({reason}).", "Write its number in the sheet."),
    "E_CONSENT_REFUSED": (
        "The owner did not agree to publication ({reason}).",
        "Ask the owner; without consent nothing is published.",
    ),
    "E_PROHIBITED": ("Marketplaces do not allow this product ({reason}).", "Nothing to do; it stays unpublished."),
}


def problem(code: MappingCode, place: str, **values: object) -> Problem:
    """The problem of that code at a field or SKU, with its values as text."""
    message, fix = TEMPLATES[code]
    return Problem(code.value, place, message, fix, {key: str(value) for key, value in values.items()})


def blocker(reason: str, product_code: str) -> Problem:
    """Why an import reason keeps a product from being published."""
    message, fix = BLOCKERS.get(reason, TEMPLATES[Code.BLOCKED])
    return Problem(Code.BLOCKED.value, product_code, message, fix, {"reason": reason})


@dataclass(slots=True)
class Findings:
    """What a mapping met on its way: problems park the product, notes say what was assumed."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def stop(self, code: MappingCode, place: str, **values: object) -> None:
        self.problems.append(problem(code, place, **values))

    def note(self, code: MappingCode, place: str, **values: object) -> None:
        self.notes.append(problem(code, place, **values))
