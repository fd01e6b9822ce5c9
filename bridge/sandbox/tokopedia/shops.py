"""Shops: opening and authorising one, and what the platform tells about shops and their warehouses."""

from typing import Any

from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.push import DEAUTHORISED
from bridge.sandbox.tokopedia.state import Shop, World

AUTHORISATION_S = 365 * 86_400
SALES, RETURNS = "SALES_WAREHOUSE", "RETURN_WAREHOUSE"
DELIVERY_OPTION = "7091146663229654785"
PROVIDERS = (("6841743441349706241", "J&T Express"), ("6841743441349706242", "JNE"), ("6841743441349706243", "SiCepat"))
CHECKS = (
    "SHOP_STATUS",
    "SHOP_TAX",
    "PICKUP_WAREHOUSE",
    "RETURN_WAREHOUSE",
    "DELIVERY_OPTION",
    "SHIPPING_TEMPLATE",
    "PRODUCT_QUANTITY_LIMIT",
    "BANk_ACCOUNT",
    "CONTACT_INFO",
)


def open_shop(world: World, name: str | None, *, authorised: bool) -> Shop:
    number, random = len(world.shops) + 1, world.random
    shop_id = str(7_494_049_642_000_000_000 + number * 1_000_003 + random.randrange(1_000_000))
    shop = Shop(shop_id, name or f"Toko {number}", f"ROW_{random.randbytes(18).hex()}", random.randbytes(20).hex(), {})
    for at in range(max(1, world.options.warehouses)):
        _add_warehouse(world, shop, f"Gudang {at + 1}", SALES, default=at == 0)
    _add_warehouse(world, shop, "Gudang Retur", RETURNS, default=True)
    world.shops[shop_id] = world.ciphers[shop.cipher] = shop
    if authorised:
        authorise(world, shop)
        world.tokens.issue(shop_id, world.clock.now() + AUTHORISATION_S)
    return shop


def _add_warehouse(world: World, shop: Shop, name: str, kind: str, *, default: bool) -> None:
    number = str(7_068_517_275_000_000_000 + world.random.randrange(1_000_000_000_000))
    address = {
        "region": "Indonesia",
        "region_code": "ID",
        "state": "Jawa Tengah",
        "city": "Kabupaten Banyumas",
        "distict": "Purwokerto Utara",  # sic
        "town": "Bancarkembar",
        "postal_code": "53121",
        "full_address": "Jl. Contoh No. 1, Purwokerto Utara",
        "contact_person": "Pemilik Toko",
        "phone_number": "(+62)811000000",
    }
    row = {"id": number, "name": name, "type": kind, "sub_type": "DOMESTIC_WAREHOUSE", "effect_status": "ENABLED"}
    shop.warehouses[number] = {**row, "is_default": default, "entity_id": number[::-1], "address": address}


def sales_warehouses(shop: Shop) -> list[str]:
    return [number for number, row in shop.warehouses.items() if row["type"] == SALES]


def authorise(world: World, shop: Shop) -> None:
    shop.authorised_until = world.clock.now() + AUTHORISATION_S


def deauthorise(world: World, shop: Shop) -> None:
    shop.authorised_until = None
    world.tokens.revoke(shop.shop_id)
    message = f"Shop_id {shop.shop_id} is deauthorized from your APP by merchant."
    world.push.send(DEAUTHORISED, shop.shop_id, {"message": message})


def authorised_shops(call: Call) -> dict[str, Any]:
    shop = call.shop
    row = {"id": shop.shop_id, "name": shop.name, "region": "ID", "seller_type": "LOCAL", "cipher": shop.cipher}
    return {"shops": [{**row, "code": f"IDLC{shop.shop_id[-8:]}"}]}


def active_shops(call: Call) -> dict[str, Any]:
    return {"shops": [{"id": call.shop.shop_id, "region": "ID"}]}


def warehouses(call: Call) -> dict[str, Any]:
    return {"warehouses": list(call.shop.warehouses.values())}


def delivery_options(call: Call) -> dict[str, Any]:
    call.query.choice("scope", ("WAREHOUSE", "PRODUCT"), "WAREHOUSE")
    if call.path["id"] not in call.shop.warehouses:
        raise ApiError(12052097)
    limits = {"max_weight": 50_000, "min_weight": 1, "unit": "GRAM"}
    sides = {"max_height": 100, "max_length": 100, "max_width": 100, "unit": "CM"}
    row = {"id": DELIVERY_OPTION, "name": "Reguler", "type": "STANDARD", "description": "Pengiriman reguler"}
    more = {"platform": ["TIKTOK_SHOP", "TOKOPEDIA"], "weight_limit": limits, "dimension_limit": sides}
    return {"delivery_options": [{**row, **more}]}


def shipping_providers(call: Call) -> dict[str, Any]:
    if call.path["id"] != DELIVERY_OPTION:
        raise ApiError(98001004, "Parameter is invalid: delivery_option_id is unknown")
    return {"shipping_providers": [{"id": number, "name": name} for number, name in PROVIDERS]}


def prerequisites(_call: Call) -> dict[str, Any]:
    return {"check_results": [{"check_item": item, "is_failed": False, "fail_reasons": []} for item in CHECKS]}


CALLS = (
    Endpoint("GET", "/authorization/shops", authorised_shops, cipher=False),
    Endpoint("GET", "/seller/shops", active_shops, cipher=False),
    Endpoint("GET", "/logistics/warehouses", warehouses),
    Endpoint("GET", "/logistics/warehouses/{id}/delivery_options", delivery_options),
    Endpoint("GET", "/logistics/delivery_options/{id}/shipping_providers", shipping_providers),
    Endpoint("GET", "/product/prerequisites", prerequisites, ("202309", "202312")),
)
