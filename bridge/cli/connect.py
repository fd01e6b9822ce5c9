"""`jembatan shop connect`: a shop from its owner's consent, from a token, or from a sandbox."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.secret_files import app_key, shop_token
from bridge.cli.session import opened
from bridge.cli.speak import say, warn
from bridge.errors import UserError
from bridge.locale import N_

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.store.shops import ShopView

ChannelName = Annotated[
    str, typer.Option("--channel", metavar=N_("CHANNEL"), help=N_("The marketplace, such as shopee."))
]
Owner = Annotated[str, typer.Option("--merchant", metavar=N_("NAME"), help=N_("The business whose shop it is."))]
Sandbox = Annotated[
    str | None, typer.Option("--sandbox", metavar="URL", help=N_("A sandbox; app, shop and tokens are taken from it."))
]
Create = Annotated[bool, typer.Option("--create", help=N_("Ask the sandbox for a new shop."))]
AppId = Annotated[
    str | None,
    typer.Option(
        "--app-id", metavar="N", help=N_("The number of your app at the marketplace. Default: the one used before.")
    ),
]
AppKey = Annotated[
    Path | None,
    typer.Option(
        "--app-key-file",
        metavar=N_("FILE"),
        help=N_("A file with the app's secret key in it. Only you may read the file. Default: the key used before."),
    ),
]
Redirect = Annotated[
    str | None,
    typer.Option(
        "--redirect",
        metavar="URL",
        help=N_(
            "The callback address that your app is registered with. At http://127.0.0.1:PORT or http://localhost:PORT the "
            "answer is received here. Default: the one used before."
        ),
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help=N_("Another address of the marketplace."))
]
AuthUrl = Annotated[
    str | None, typer.Option("--auth-url", metavar="URL", help=N_("Another address of its consent page."))
]
Answer = Annotated[
    str | None,
    typer.Option(
        "--answer",
        metavar="URL",
        help=N_("The address that the browser ended at, instead of pasting it; - reads it from the input."),
    ),
]
Open = Annotated[bool, typer.Option("--open", help=N_("Open the link in the browser; only at a terminal."))]
OnlyShop = Annotated[
    list[str] | None,
    typer.Option(
        "--only-shop",
        metavar=N_("ID"),
        help=N_("Of several shops that were authorised only this one belongs to the business. May be repeated."),
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help=N_("All shops that were authorised belong to the business."))]
ShopId = Annotated[
    str | None,
    typer.Option("--shop-id", metavar=N_("ID"), help=N_("The shop's number at the marketplace, with --token-file.")),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar=N_("FILE"),
        help=N_("A file with the shop's token in it, where there is no consent page. Only you may read the file."),
    ),
]
Extra = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar=N_("NAME=VALUE"),
        help=N_("A setting of the connector, for all shops of this app. May be repeated; without a value it is unset."),
    ),
]
OWN_OPTIONS = {"app_id": "app-id", "base_url": "base-url", "auth_url": "auth-url", "redirect_url": "redirect"}
FEW = 5  # titles that are named
SECRETS = ("secret", "token", "password", "key")


def add_commands(shop: App) -> None:
    """Declares the verb."""

    @shop.verb("connect", N_("Connect a business's shop. All its publishable products will be listed there."))
    def connect(
        channel: ChannelName,
        merchant: Owner,
        sandbox: Sandbox = None,
        create: Create = False,
        app_id: AppId = None,
        app_key_file: AppKey = None,
        redirect: Redirect = None,
        base_url: BaseUrl = None,
        auth_url: AuthUrl = None,
        answer: Answer = None,
        open_link: Open = False,
        only_shop: OnlyShop = None,
        yes: Yes = False,
        shop_id: ShopId = None,
        token_file: TokenFile = None,
        extra: Extra = None,
    ) -> int:
        given = {"base_url": base_url, "auth_url": auth_url, "redirect_url": redirect}
        settings = {name: value for name, value in given.items() if value is not None} | settings_of(extra or ())
        with opened() as engine:
            if sandbox is not None:
                return connect_to_sandbox(engine, channel, merchant, sandbox, create, settings)
            if token_file is not None or shop_id is not None:
                app = read_app(app_id, app_key_file)
                return connect_by_token(engine, channel, merchant, shop_id, token_file, app, settings)
            key = app_key(app_key_file)
            how = {"answer": answer, "opens": open_link, "only": only_shop or (), "yes": yes}
            return connect_app(engine, channel, merchant, app_id, key, settings, how)


def connect_to_sandbox(
    engine: "Engine", channel: str, merchant: str, address: str, create: bool, settings: Mapping[str, str]
) -> int:
    """Takes everything from a sandbox; no question is asked."""
    from bridge.engine.by_hand import connect_sandbox_with
    from bridge.engine.looking import merchant_id

    merchant_id(engine, merchant)  # before the sandbox makes a shop for a name that does not exist
    announce(engine, [connect_sandbox_with(engine, channel, merchant, address, create, settings)])
    return 0


def connect_by_token(
    engine: "Engine",
    channel: str,
    merchant: str,
    shop_id: str | None,
    token_file: Path | None,
    app: tuple[str, str | None] | None,
    settings: Mapping[str, str],
) -> int:
    """A shop whose owner gave its token; the marketplace is asked before anything is stored."""
    from bridge.engine.by_hand import connect_token

    token = shop_token(token_file)
    if token is None or shop_id is None:
        raise UserError("--shop-id and --token-file belong together.")
    announce(engine, [connect_token(engine, channel, merchant, shop_id, token, app, settings)])
    return 0


def connect_app(
    engine: "Engine",
    channel: str,
    merchant: str,
    app_id: str | None,
    key: str | None,
    settings: Mapping[str, str],
    how: Mapping[str, Any],
) -> int:
    """A shop whose owner agrees on the consent page; app, key and callback are those used before unless they are given."""
    from bridge.cli.consent import connect_by_consent
    from bridge.engine.apps import choose_app
    from bridge.engine.looking import merchant_id

    merchant_id(engine, merchant)
    app = choose_app(engine, channel, app_id, key, settings)
    redirect = app.settings.get("redirect_url")
    if not redirect:
        raise UserError("Add --redirect URL: the callback address that your app is registered with.")
    shops = connect_by_consent(engine, app, merchant, redirect, **how)
    if shops:
        announce(engine, shops)
    else:
        say("Nothing was connected.")
    return 0


def read_app(app_id: str | None, key_file: Path | None) -> tuple[str, str | None] | None:
    """The number and key of an app, where a marketplace wants one beside the token; no key means the one used before."""
    key = app_key(key_file)
    if app_id is None and key_file is not None:
        raise UserError("--app-id and --app-key-file belong together.")
    return None if app_id is None else (app_id, key)


def settings_of(extra: Sequence[str]) -> dict[str, str]:
    """`--set name=value`. Raises UserError for what has an option of its own and for secrets, which others could read there."""
    found: dict[str, str] = {}
    for text in extra:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name.isidentifier():
            raise UserError("{text} is no setting. Write it like rates_per_s=2.", text=text)
        if name in OWN_OPTIONS:
            raise UserError(
                "The setting {name} has an option of its own: --{option}", name=name, option=OWN_OPTIONS[name]
            )
        if any(word in name for word in SECRETS):
            raise UserError("The setting {name} is a secret and does not belong on the command line.", name=name)
        found[name] = value
    return found


def announce(engine: "Engine", shops: "list[ShopView]") -> None:
    """What was connected and what comes next."""
    from bridge.engine.standing import shop_rows

    waiting: dict[int, Any] = {row.shop: row for row in shop_rows(engine, [shop.shop_id for shop in shops])}
    for shop in shops:
        row = waiting[shop.shop_id]
        say(
            "Connected: shop {number}, {channel} {name}, for {merchant}. {listings} products will be listed there.",
            number=row.shop,
            channel=row.channel,
            name=row.name or row.remote_shop_id,
            merchant=row.merchant,
            listings=row.listings,
        )
        tell_takeover(engine, shop.shop_id)
    say("Next: jembatan plan, then jembatan apply")


def tell_takeover(engine: "Engine", shop_id: int) -> None:
    """What the shop shows already: taken over where it carries our codes, named where it may be the same goods."""
    found = engine.takeovers.get(shop_id)
    if found is None:
        return
    if found.bound:
        say(
            "{number} listings that the shop shows already carry our SKU codes; they are taken over.",
            number=found.bound,
        )
    if found.twins:
        warn(
            "{number} listings of the shop have names of products that would be listed a second time: {titles}. Give them the SKU "
            "codes of jembatan products list in the seller centre, then connect the shop again.",
            number=len(found.twins),
            titles=", ".join(found.twins[:FEW]) + (" …" if len(found.twins) > FEW else ""),
        )
