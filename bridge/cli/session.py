"""What every command begins with: the settings, the home's engine, the shops that were meant."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge import locale
from bridge.cli.speak import warn
from bridge.errors import UserError

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.settings import Settings
    from bridge.store.shops import ShopView


def settings_for(**given: Any) -> "Settings":
    """All settings, in the language in use; the log goes to their home."""
    from bridge.cli.log import configure_log
    from bridge.settings import load_settings

    settings = load_settings(lang=locale.language(), **given)
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            "There is no time zone {zone}. Correct JEMBATAN_TIMEZONE or config/bridge.toml, for example Asia/Jakarta.",
            zone=settings.timezone,
        ) from None
    configure_log(settings.home)
    return settings


@contextmanager
def opened(**given: Any) -> "Iterator[Engine]":
    """The engine of the home, closed at the end."""
    from bridge.engine.home import open_engine

    engine = open_engine(settings_for(**given))
    try:
        yield engine
    finally:
        engine.store.close()


def pick_shops(
    engine: "Engine", names: Sequence[str] | None, merchant: str | None, every: bool = False
) -> "list[ShopView]":
    """The shops that were meant: those named, those of a business, or all."""
    from bridge.engine.looking import merchant_id
    from bridge.engine.sync import shops_of

    if sum((every, bool(names), merchant is not None)) > 1:
        raise UserError("Choose one of --all, --shop and --merchant.")
    shops = shops_of(engine)
    if merchant is not None:
        owner = merchant_id(engine, merchant)
        return [shop for shop in shops if shop.merchant_id == owner]
    if not names:
        return shops
    picked = [pick_shop(shops, name) for name in names]
    return list({shop.shop_id: shop for shop in picked}.values())


def shops_to_work_on(
    engine: "Engine", names: Sequence[str] | None, merchant: str | None, every: bool = False
) -> "list[ShopView]":
    """The same; when there are none it is said why, and that is no error."""
    from bridge.engine.looking import merchants

    shops = pick_shops(engine, names, merchant, every)
    if not shops and merchant is not None:
        name = merchants(engine, merchant)[0].merchant
        warn("{merchant} has no shop yet. Connect one with: jembatan shop connect", merchant=name)
    elif not shops:
        warn("No shop is connected yet. Connect one with: jembatan shop connect")
    return shops


def pick_shop(shops: "Sequence[ShopView]", name: str) -> "ShopView":
    """One shop by its number or by its channel's name."""
    found = [shop for shop in shops if name == str(shop.shop_id)] or [
        shop for shop in shops if shop.channel == name.lower()
    ]
    if not found:
        raise UserError("There is no shop {name}. List them with: jembatan shop list", name=name)
    if len(found) > 1:
        numbers = ", ".join(f"{shop.shop_id} ({shop.merchant})" for shop in found)
        raise UserError("{name} has several shops: {shops}. Name one by its number.", name=name, shops=numbers)
    return found[0]
