"""What every reason code means in words: what is wrong (or was assumed), and what to do. Templates are gettext msgids.

`{other}` is the place of the earlier row where a row is a duplicate.
"""

from collections.abc import Mapping

from bridge.sheets.reasons import Reason

NOTHING = "Nothing to do."

TEXTS: Mapping[Reason, tuple[str, str]] = {
    Reason.PRICE_MISSING: ("There is no price.", "Write the selling price, such as 15000."),
    Reason.PRICE_UNPARSEABLE: ("The price cannot be read.", "Write it in digits, such as 15000."),
    Reason.PRICE_TOO_SMALL: (
        "The price is below Rp100; probably it is meant in thousands.",
        "Write it in full, such as 15000 instead of 15.",
    ),
    Reason.PRICE_TOO_LARGE: (
        "The price is above Rp150,000,000.",
        "Check the price; one or more zeros may be too many.",
    ),
    Reason.NAME_MISSING: ("The product has no name.", "Write the product's name."),
    Reason.DUPLICATE: (
        "The same product stands in {other} already.",
        "If the rows are sizes or flavours of one product, write all of them into one cell of the first row, in the variant "
        "column, such as S, M, L, with their stock together, and delete the others. Else delete one of the two rows.",
    ),
    Reason.DUPLICATE_CONFLICT: (
        "The same product stands in {other} with another price.",
        "If the rows are sizes of one product, write all of them into the first row: S, M, L in the variant column, the prices "
        "in the price cell, such as S 75rb / M 80rb / L 80rb, with their stock together, and delete the others. Else delete "
        "the row with the old price, or give the products different names.",
    ),
    Reason.PROHIBITED: ("Marketplaces do not allow this product.", "Take the row out; it cannot be sold online."),
    Reason.CONSENT_REFUSED: (
        "The owner did not agree to publication.",
        "Ask the owner; without consent nothing is published.",
    ),
    Reason.PRICE_NOTE: (
        "A note in brackets beside the price was ignored.",
        "Check that the price is the one for buyers.",
    ),
    Reason.PRICE_RANGE: ("There is a range of prices.", "Write one price, or one price per variant."),
    Reason.PRICE_FROM: ("There is a lowest price only.", "Write one price, or one price per variant."),
    Reason.PRICE_HEADER_CONFLICT: (
        "The heading says thousands, but the price is written in full.",
        "Check the price, and write all prices of the column the same way.",
    ),
    Reason.WEIGHT_MISSING: ("There is no weight.", "Write the weight with its unit, such as 250 gr."),
    Reason.WEIGHT_AMBIGUOUS: (
        "The weight has no unit and may be grams or kilograms.",
        "Write the unit behind the number, such as 250 gr or 1 kg.",
    ),
    Reason.WEIGHT_RANGE: (
        "There is a range of weights; the larger one is taken.",
        "Write one weight if that is not right.",
    ),
    Reason.WEIGHT_FROM_VOLUME: (
        "The volume was taken as the weight (1 ml as 1 gram).",
        "Write the weight in grams if that is not right.",
    ),
    Reason.WEIGHT_UNIT_ASSUMED: ("The weight has no unit; grams were assumed.", "Write the unit behind the number."),
    Reason.WEIGHT_FROM_NAME: ("The weight was taken from the product's name.", "Fill in the weight column to be sure."),
    Reason.WEIGHT_CONFLICT: (
        "The weight and the product's name disagree; the weight column was taken.",
        "Correct the one that is wrong.",
    ),
    Reason.ROW_SPLIT: (
        "The row holds several products; each became one of its own.",
        "Give each product a row of its own.",
    ),
    Reason.DESC_TOO_SHORT: ("The description is too short.", "Write at least 20 characters about the product."),
    Reason.VARIANT_EXPANDED: ("A span of variants was written out, such as S-XL.", "Check that every variant exists."),
    Reason.VARIANT_FREE_TEXT: (
        "The variants are written as a sentence and were not taken.",
        "List the variants with commas, such as merah, biru.",
    ),
    Reason.STOCK_UNKNOWN: (
        "The stock is unknown.",
        "Write the number of pieces, or count them with: jembatan stock count",
    ),
    Reason.PREORDER: ("The product is made to order; its stock is unknown.", "Check the number of days."),
    Reason.PHONE_MULTIPLE: ("There are several phone numbers; the first is taken.", "Put the best number first."),
    Reason.PHONE_LANDLINE: ("The phone number is a landline without WhatsApp.", "Write a mobile number."),
    Reason.PHONE_INVALID: ("The phone number is not valid.", "Write the number again, such as 0812 3456 7890."),
    Reason.PHONE_MISSING: ("There is no phone number.", "Write the owner's mobile number."),
    Reason.NIB_BAD_LENGTH: ("The NIB does not have 13 digits.", "Copy all 13 digits from the document."),
    Reason.NIB_BAD_CHARS: ("The NIB holds characters that are no digits.", "Copy the 13 digits from the document."),
    Reason.NIB_MISSING: ("There is no NIB.", "Write the NIB once it is issued."),
    Reason.PIRT_EXPIRED: ("The P-IRT number has expired.", "Renew it and write the new number."),
    Reason.PIRT_EXPIRING: (
        "The P-IRT number ends this year.",
        "Look at the day on the certificate and renew it in time.",
    ),
    Reason.PIRT_BAD_FORMAT: ("The P-IRT number does not have 15 digits.", "Copy all 15 digits from the certificate."),
    Reason.BPOM_BAD_FORMAT: ("The BPOM number is not complete.", "Copy letters and digits from the certificate."),
    Reason.IZIN_EDAR_MISSING: (
        "Food, drink or cosmetics without a P-IRT or BPOM number.",
        "Write the number once it is issued.",
    ),
    Reason.HALAL_BAD_FORMAT: ("The halal certificate number is not complete.", "Copy the number that begins with ID."),
    Reason.HALAL_MISSING: ("There is no halal certificate number.", "Write it once it is issued."),
    Reason.CATEGORY_UNKNOWN: (
        "The kind of product is not known.",
        "Write Makanan, Minuman, Fashion, Kerajinan, Kosmetik or Pertanian.",
    ),
    Reason.IMAGE_MISSING: ("There is no picture.", "Write a link to a picture."),
    Reason.IMAGE_LOCAL_NAME: (
        "The picture is only a file name.",
        "Upload the picture, for example to Google Drive, and write its link.",
    ),
    Reason.IMAGE_FOLDER_LINK: ("The picture link leads to a folder.", "Write the link of each single picture."),
    Reason.REGION_KELURAHAN_MISSING: ("The kelurahan is missing.", "Write the kelurahan or village."),
    Reason.SKU_DUPLICATE: ("Another product has the same SKU.", "Give every product a SKU of its own."),
    Reason.USED: ("The product is second-hand; only new goods are listed.", "Sell it elsewhere; it stays a draft."),
    Reason.PRICE_HEADER_MULTIPLIER: ("The heading says thousands; the price was multiplied.", NOTHING),
    Reason.UNIT_DEFAULT: ("There is no unit; pieces were assumed.", NOTHING),
    Reason.VARIANT_AXIS_DEFAULT: ("The variants have no name; “Varian” was taken.", NOTHING),
    Reason.IMAGE_DRIVE: ("The picture lies on Google Drive and is fetched from there.", NOTHING),
    Reason.CATEGORY_FROM_NAME: ("Whether it is food or drink was taken from the name.", NOTHING),
    Reason.RESPONSE_SUPERSEDED: ("A newer answer of the same business replaces this one.", NOTHING),
    Reason.TIMESTAMP_ASSUMED: ("The time of the answer was guessed.", NOTHING),
}
