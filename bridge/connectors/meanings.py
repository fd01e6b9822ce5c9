"""What refusals mean to people, the same words for all channels: what is wrong, who acts, and what to do.

Values only. A connector's table leads from the channel's codes to these names, and the shell says them in the user's language. A
refusal of our own has the name of its meaning as its code.
"""

from enum import StrEnum


class Who(StrEnum):
    """Who acts."""

    NOBODY = "nobody"  # it goes on by itself
    MERCHANT = "merchant"  # the sheet, or the seller centre
    OPERATOR = "operator"  # whoever runs the bridge: keys, categories, shops
    PROGRAMMER = "programmer"


TEXTS: dict[Who, str] = {
    Who.NOBODY: "Nobody",
    Who.MERCHANT: "The business",
    Who.OPERATOR: "The operator",
    Who.PROGRAMMER: "The programmers",
}


class Meaning(StrEnum):
    TITLE_LENGTH = "title_length"
    TITLE_SIGNS = "title_signs"
    DESCRIPTION = "description"
    PICTURE_COUNT = "picture_count"
    PICTURE_UNUSABLE = "picture_unusable"
    PICTURE_USED = "picture_used"
    CATEGORY_UNKNOWN = "category_unknown"
    CATEGORY_BLOCKED = "category_blocked"
    ATTRIBUTE_MISSING = "attribute_missing"
    ATTRIBUTE_WRONG = "attribute_wrong"
    EXTRAS = "extras"
    BRAND = "brand"
    SKU_CODE = "sku_code"
    DUPLICATE = "duplicate"
    AUDIT = "audit"
    STOREFRONT = "storefront"
    VARIANTS_TOO_MANY = "variants_too_many"
    VARIANT_NAMES = "variant_names"
    VARIANTS_DIFFER = "variants_differ"
    PRICE_RANGE = "price_range"
    PRICE_MISSING = "price_missing"
    PRICE_RATIO = "price_ratio"
    WHOLESALE = "wholesale"
    PARCEL = "parcel"
    COURIER = "courier"
    PREORDER = "preorder"
    STOCK_RANGE = "stock_range"
    ZERO_REFUSED = "zero_refused"
    STOCK_HELD = "stock_held"
    STOCK_OF_CHANNEL = "stock_of_channel"
    WAREHOUSE = "warehouse"
    NOT_FOUND = "not_found"
    WRONG_STATUS = "wrong_status"
    LISTING_LIMIT = "listing_limit"
    QUOTA = "quota"
    LOCKED = "locked"
    CAMPAIGN = "campaign"
    HOLIDAY = "holiday"
    ORDER_GONE = "order_gone"
    ORDER_STATUS = "order_status"
    ORDER_BUSY = "order_busy"
    SHIPPING_WAY = "shipping_way"
    TOKEN = "token"  # noqa: S105  a name
    CONSENT = "consent"
    SCOPE = "scope"
    KEY = "key"
    CLOCK = "clock"
    IP_ADDRESS = "ip_address"
    APP_SUSPENDED = "app_suspended"
    SHOP_BANNED = "shop_banned"
    SHOP_SETUP = "shop_setup"
    MERGING = "merging"
    THROTTLED = "throttled"
    APP_QUOTA = "app_quota"
    TROUBLE = "trouble"
    VALUE = "value"
    REQUEST = "request"
    UNKNOWN = "unknown"


TEMPLATES: dict[Meaning, tuple[Who, str, str]] = {
    Meaning.TITLE_LENGTH: (
        Who.MERCHANT,
        "The title is empty, too short or too long for the channel.",
        "Change the name in the sheet and import it again.",
    ),
    Meaning.TITLE_SIGNS: (
        Who.MERCHANT,
        "The title has words or signs that the channel forbids.",
        "Write the name without emoji, HTML and repeated signs, then import the sheet again.",
    ),
    Meaning.DESCRIPTION: (
        Who.MERCHANT,
        "The description is missing, or its length, signs or hashtags are not what the channel takes.",
        "Change the description in the sheet and import it again.",
    ),
    Meaning.PICTURE_COUNT: (
        Who.MERCHANT,
        "The product has too few or too many pictures.",
        "Add or remove links to pictures in the sheet and import it again.",
    ),
    Meaning.PICTURE_UNUSABLE: (
        Who.MERCHANT,
        "The channel cannot use a picture: it is too small, too large, damaged or in another format.",
        "Use another picture (JPEG or PNG) and import the sheet again.",
    ),
    Meaning.PICTURE_USED: (
        Who.OPERATOR,
        "The picture belongs to another listing already; on this channel each picture serves one listing.",
        "Look in the seller centre whether the listing is there already; if it is not: jembatan retry --force",
    ),
    Meaning.CATEGORY_UNKNOWN: (
        Who.OPERATOR,
        "The channel does not know the category, or it takes no products itself.",
        "Choose another one with: jembatan categories map",
    ),
    Meaning.CATEGORY_BLOCKED: (
        Who.MERCHANT,
        "The shop may list nothing in this category: it is forbidden or needs a permission.",
        "Ask for the permission in the seller centre, or have another category chosen.",
    ),
    Meaning.ATTRIBUTE_MISSING: (
        Who.MERCHANT,
        "The category asks for details that are missing.",
        "Add a column for them to the sheet and import it again.",
    ),
    Meaning.ATTRIBUTE_WRONG: (
        Who.MERCHANT,
        "The channel does not take a detail of the product as it is written.",
        "Correct the detail in the sheet and import it again.",
    ),
    Meaning.EXTRAS: (
        Who.OPERATOR,
        "The category asks for a certificate, a barcode number or a size chart, which the bridge cannot send yet.",
        "Choose another category with `jembatan categories map`, or publish this product by hand.",
    ),
    Meaning.BRAND: (
        Who.MERCHANT,
        "The brand is missing, unknown to the channel, or not free for this shop.",
        "Correct the brand in the sheet, or leave it out, and import it again.",
    ),
    Meaning.SKU_CODE: (
        Who.MERCHANT,
        "The SKU code is too long or has signs that the channel does not take.",
        "Write a short code of letters and digits in the sheet and import it again.",
    ),
    Meaning.DUPLICATE: (
        Who.OPERATOR,
        "The same product, or its SKU, is on the shop already.",
        "Look in the seller centre and take one of the two off, then: jembatan retry --force",
    ),
    Meaning.AUDIT: (
        Who.MERCHANT,
        "The channel has reviewed the product and refused it; its words say why.",
        "Correct the product in the sheet and import it again, or object in the seller centre.",
    ),
    Meaning.STOREFRONT: (
        Who.OPERATOR,
        "The product or the shop does not fit one of the storefronts where it was to be shown.",
        "Connect the shop again with the storefronts that it has (--set storefronts=…), then: jembatan retry --force",
    ),
    Meaning.VARIANTS_TOO_MANY: (
        Who.MERCHANT,
        "The product has too many variants, or varies by too many things.",
        "Split the product into several in the sheet and import it again.",
    ),
    Meaning.VARIANT_NAMES: (
        Who.MERCHANT,
        "The names of variants are missing, too long, or the same twice.",
        "Write short names that differ in the sheet and import it again.",
    ),
    Meaning.VARIANTS_DIFFER: (
        Who.OPERATOR,
        "The variants of the listing are others than ours; perhaps somebody changed them there.",
        "Compare them in the seller centre, then: jembatan retry --force",
    ),
    Meaning.PRICE_RANGE: (
        Who.MERCHANT,
        "The price is below or above what the channel takes, or no price at all.",
        "Correct the price in the sheet and import it again.",
    ),
    Meaning.PRICE_MISSING: (
        Who.MERCHANT,
        "A variant has no price.",
        "Write its price in the sheet and import it again.",
    ),
    Meaning.PRICE_RATIO: (
        Who.MERCHANT,
        "The dearest variant costs too many times as much as the cheapest.",
        "Make the cheapest or the dearest variant a product of its own.",
    ),
    Meaning.WHOLESALE: (
        Who.MERCHANT,
        "The price does not go together with the wholesale prices of the listing.",
        "Change or end the wholesale prices in the seller centre, then: jembatan retry --force",
    ),
    Meaning.PARCEL: (
        Who.MERCHANT,
        "The weight or the size of the parcel is missing or wrong.",
        "Correct the weight in the sheet and import it again.",
    ),
    Meaning.COURIER: (
        Who.MERCHANT,
        "No courier of the shop takes the product as it is.",
        "Switch on another courier in the seller centre, then: jembatan retry --force",
    ),
    Meaning.PREORDER: (
        Who.MERCHANT,
        "The category takes no pre-order, or not so many days.",
        "Correct the days of the pre-order in the sheet and import it again.",
    ),
    Meaning.STOCK_RANGE: (
        Who.MERCHANT,
        "The stock is below or above what the channel takes.",
        "Check the figure and count it with: jembatan stock count",
    ),
    Meaning.ZERO_REFUSED: (
        Who.NOBODY,
        "The channel takes no stock of 0 here.",
        "The bridge remembers it and handles sold-out products as the shop's rule says.",
    ),
    Meaning.STOCK_HELD: (
        Who.NOBODY,
        "The channel holds pieces of the stock, so it cannot change for now.",
        "It is sent again by itself.",
    ),
    Meaning.STOCK_OF_CHANNEL: (
        Who.OPERATOR,
        "The channel itself keeps this stock: a bundle, or goods in its own warehouse.",
        "Change it in the seller centre; the bridge cannot.",
    ),
    Meaning.WAREHOUSE: (
        Who.OPERATOR,
        "A warehouse is unknown, closed or missing, or all of them have to be named.",
        "Look in the seller centre, then connect the shop again with its warehouses (--set locations=…).",
    ),
    Meaning.NOT_FOUND: (
        Who.OPERATOR,
        "The channel does not have this listing, or it belongs to another shop.",
        "Look for it in the seller centre, then: jembatan retry --force",
    ),
    Meaning.WRONG_STATUS: (
        Who.MERCHANT,
        "The status of the listing does not allow this: it may be banned, deleted or under review.",
        "See in the seller centre what holds it.",
    ),
    Meaning.LISTING_LIMIT: (
        Who.MERCHANT,
        "The shop has as many listings as the channel allows.",
        "Delete old ones in the seller centre, then: jembatan retry --force",
    ),
    Meaning.QUOTA: (
        Who.NOBODY,
        "The shop may make no more new listings today.",
        "The rest goes out by itself when the new day begins.",
    ),
    Meaning.LOCKED: (
        Who.NOBODY,
        "A review or an appeal keeps it as it is for now.",
        "It is sent again by itself.",
    ),
    Meaning.CAMPAIGN: (
        Who.NOBODY,
        "A campaign or promotion of the channel keeps it as it is.",
        "It goes out by itself once the campaign has ended.",
    ),
    Meaning.HOLIDAY: (
        Who.MERCHANT,
        "The shop is in holiday mode.",
        "End it in the seller centre; then the rest goes out by itself.",
    ),
    Meaning.ORDER_GONE: (
        Who.OPERATOR,
        "The channel does not have this order, or it belongs to another shop.",
        "See that the right shop is connected with: jembatan shop check",
    ),
    Meaning.ORDER_STATUS: (
        Who.MERCHANT,
        "The order does not allow this now: it is not paid, already shipped or cancelled, or the buyer asks for something.",
        "See the order in the seller centre.",
    ),
    Meaning.ORDER_BUSY: (
        Who.NOBODY,
        "The channel is still working on the order or its parcel.",
        "It is tried again by itself.",
    ),
    Meaning.SHIPPING_WAY: (
        Who.MERCHANT,
        "The courier wants the parcel in another way, or wants to know more.",
        "Arrange the shipment in the seller centre.",
    ),
    Meaning.TOKEN: (
        Who.NOBODY,
        "The access token is over.",
        "It is renewed by itself.",
    ),
    Meaning.CONSENT: (
        Who.MERCHANT,
        "The authorisation of the shop has ended or does not hold for it.",
        "Authorise the shop again with: jembatan shop connect",
    ),
    Meaning.SCOPE: (
        Who.OPERATOR,
        "The app lacks a permission for this.",
        "Switch the permission on in the channel's developer console, then: jembatan shop connect",
    ),
    Meaning.KEY: (
        Who.OPERATOR,
        "The key of the app, or the signature made with it, is wrong or has expired.",
        "Take the key from the channel's developer console again, then: jembatan shop connect",
    ),
    Meaning.CLOCK: (
        Who.OPERATOR,
        "The clock of this computer is wrong.",
        "Let it follow a time server (NTP), then run again.",
    ),
    Meaning.IP_ADDRESS: (
        Who.OPERATOR,
        "The app takes calls only from the internet addresses that it names, and this one is not among them.",
        "Add the address of this computer in the channel's developer console.",
    ),
    Meaning.APP_SUSPENDED: (
        Who.OPERATOR,
        "The channel has blocked or restricted the app.",
        "Ask the channel's support for developers.",
    ),
    Meaning.SHOP_BANNED: (
        Who.MERCHANT,
        "The channel has banned, frozen or punished the shop, or the shop is not active.",
        "Open the seller centre; it says what to do.",
    ),
    Meaning.SHOP_SETUP: (
        Who.MERCHANT,
        "The shop is not set up or not verified yet.",
        "Finish the shop's tasks in the seller centre, such as identity and address.",
    ),
    Meaning.MERGING: (
        Who.MERCHANT,
        "The shop is being merged; meanwhile only stock and prices can change.",
        "Confirm the merge in the seller centre; then the rest goes out by itself.",
    ),
    Meaning.THROTTLED: (
        Who.NOBODY,
        "There were too many calls in a short time.",
        "The bridge slows down and goes on by itself.",
    ),
    Meaning.APP_QUOTA: (
        Who.NOBODY,
        "The app has used up its calls of the day.",
        "The rest goes out by itself when the new day begins.",
    ),
    Meaning.TROUBLE: (
        Who.NOBODY,
        "The channel has trouble of its own.",
        "The bridge looks what became of it and goes on by itself.",
    ),
    Meaning.VALUE: (
        Who.OPERATOR,
        "The channel does not take one of the values; its words say which.",
        "Have it corrected in the sheet; where the sheet is right, report the words to the programmers.",
    ),
    Meaning.REQUEST: (
        Who.PROGRAMMER,
        "The bridge asked in a form that the channel does not take.",
        "Report it with the channel's words, or install a newer version of the bridge.",
    ),
    Meaning.UNKNOWN: (
        Who.OPERATOR,
        "The bridge does not know this reason.",
        "Read the channel's words; the seller centre may say more.",
    ),
}


def read_meaning(name: str | None) -> Meaning | None:
    """The meaning of that name; None for any other text."""
    return _BY_NAME.get(name or "")


_BY_NAME = {meaning.value: meaning for meaning in Meaning}
