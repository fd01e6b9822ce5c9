"""`jembatan shop`: the shops on the marketplaces, and connecting them."""

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.grammar import App
from bridge.cli.importing import read_file
from bridge.cli.options import Json
from bridge.cli.session import opened, pick_shop
from bridge.cli.speak import ask_line, is_terminal, moment, say, table, write_json
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.store.shops import ShopView

STATES = {
    "ok": N_("connected"),
    "auth": N_("must be authorised again"),
    "blocked": N_("closed by the channel"),
    "misconfigured": N_("wrong key or address"),
}

ChannelName = Annotated[
    str, typer.Option("--channel", metavar=N_("CHANNEL"), help=N_("The marketplace, such as shopee."))
]
Owner = Annotated[str, typer.Option("--merchant", metavar=N_("NAME"), help=N_("The business whose shop it is."))]
Sandbox = Annotated[
    str | None, typer.Option("--sandbox", metavar="URL", help=N_("A sandbox; app, shop and tokens are taken from it."))
]
Create = Annotated[bool, typer.Option("--create", help=N_("Ask the sandbox for a new shop."))]
AppId = Annotated[
    str | None, typer.Option("--app-id", metavar="N", help=N_("The number of your app at the marketplace."))
]
AppKey = Annotated[
    Path | None, typer.Option("--app-key-file", metavar=N_("FILE"), help=N_("A file with the app's secret key in it."))
]
Redirect = Annotated[
    str | None,
    typer.Option("--redirect", metavar="URL", help=N_("The callback address that your app is registered with.")),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help=N_("Another address of the marketplace."))
]
AuthUrl = Annotated[
    str | None, typer.Option("--auth-url", metavar="URL", help=N_("Another address of its consent page."))
]
Answer = Annotated[
    str | None,
    typer.Option("--answer", metavar="URL", help=N_("The address that the browser ended at, instead of pasting it.")),
]
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
OWN_OPTIONS = ("app_id", "base_url", "auth_url")
SECRETS = ("secret", "token", "password", "key")
ShopName = Annotated[
    str | None, typer.Argument(metavar=N_("SHOP"), help=N_("The shop's number or its channel's name. Default: all."))
]


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    shop = App(N_("Shops on the marketplaces."))
    app.add_typer(shop, name="shop")

    @shop.verb("list", N_("List the connected shops."))
    def list_shops(as_json: Json = False) -> int:
        return show(as_json)

    @shop.verb("check", N_("Ask the marketplace whether a shop may go on."))
    def check(name: ShopName = None, as_json: Json = False) -> int:
        return check_shops(name, as_json)

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
        shop_id: ShopId = None,
        token_file: TokenFile = None,
        extra: Extra = None,
    ) -> int:
        given = {"base_url": base_url, "auth_url": auth_url}
        settings = {name: value for name, value in given.items() if value is not None} | settings_of(extra or ())
        with opened() as engine:
            if sandbox is not None:
                return connect_to_sandbox(engine, channel, merchant, sandbox, create, settings)
            if token_file is not None or shop_id is not None:
                if token_file is None or shop_id is None:
                    raise UserError("--shop-id and --token-file belong together.")
                app = read_app(app_id, app_key_file)
                return connect_by_token(engine, channel, merchant, shop_id, token_file, app, settings)
            if app_id is None or app_key_file is None or redirect is None:
                raise UserError(
                    "Give --sandbox URL; or --app-id, --app-key-file and --redirect of your own app; or, where there is no "
                    "consent page, --shop-id and --token-file."
                )
            return connect_app(engine, channel, merchant, app_id, read_key(app_key_file), redirect, settings, answer)


def show(as_json: bool) -> int:
    """All shops, as a table or as JSON."""
    from bridge.engine.looking import shop_rows

    with opened() as engine:
        rows, zone = shop_rows(engine), engine.settings.timezone
    if as_json:
        write_json([asdict(row) for row in rows])
        return 0
    if not rows:
        say("No shop is connected yet. Connect one with: jembatan shop connect")
        return 0
    columns = [
        _("No."),
        _("Channel"),
        _("Shop"),
        _("Business"),
        _("State"),
        _("Listings there"),
        _("Held back"),
        _("Orders read"),
    ]
    table(
        columns,
        [
            (
                str(r.shop),
                r.channel,
                r.name or r.remote_shop_id,
                r.merchant,
                _(STATES.get(r.state, r.state)),
                r.live,
                r.parked,
                moment(r.last_pull, zone),
            )
            for r in rows
        ],
    )
    return 0


def check_shops(name: str | None, as_json: bool) -> int:
    """Asks every shop; the most urgent answer gives the exit code."""
    from bridge.cli.doctor import URGENCY, one_shop
    from bridge.engine.sync import shops_of

    with opened() as engine:
        shops = shops_of(engine)
        chosen = shops if name is None else [pick_shop(shops, name)]
        findings = [one_shop(engine, shop) for shop in chosen]
    if as_json:
        write_json([asdict(each) for each in findings])
    for each in () if as_json else findings:
        say("{mark} {message}", mark="OK " if each.ok else "!! ", message=each.message)
    codes = {each.code for each in findings}
    return next((code for code in URGENCY if code in codes), 0)


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
    shop_id: str,
    token_file: Path,
    app: tuple[str, str] | None,
    settings: Mapping[str, str],
) -> int:
    """A shop whose owner gave its token; the marketplace is asked before anything is stored."""
    from bridge.engine.by_hand import connect_token

    announce(engine, [connect_token(engine, channel, merchant, shop_id, read_token(token_file), app, settings)])
    return 0


def settings_of(extra: Sequence[str]) -> dict[str, str]:
    """`--set name=value`. Raises UserError for what has an option of its own and for secrets, which others could read there."""
    found: dict[str, str] = {}
    for text in extra:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name.isidentifier():
            raise UserError("{text} is no setting. Write it like rates_per_s=2.", text=text)
        if name in OWN_OPTIONS:
            raise UserError(
                "The setting {name} has an option of its own: --{option}", name=name, option=name.replace("_", "-")
            )
        if any(word in name for word in SECRETS):
            raise UserError("The setting {name} is a secret and does not belong on the command line.", name=name)
        found[name] = value
    return found


def connect_app(
    engine: "Engine",
    channel: str,
    merchant: str,
    app_id: str,
    key: str,
    redirect: str,
    settings: Mapping[str, str],
    answer: str | None,
) -> int:
    """Shows the link that the owner opens, and takes the address that the browser ended at."""
    from bridge.connectors import registry
    from bridge.engine.by_hand import kept_settings, must_fit
    from bridge.engine.connecting import connect_answer, consent_link, store_app
    from bridge.engine.looking import merchant_id

    owner = merchant_id(engine, merchant)
    registry.plugin(channel)
    kept = kept_settings(engine, channel, app_id, settings.get("base_url", ""))
    must_fit(engine, channel, app_id, key, {**kept, **settings})
    app = store_app(engine, channel, app_id, key, {**kept, **settings})
    link, state = consent_link(engine, app, redirect, owner)
    if answer is None:
        say("Let the owner open this link, sign in and agree:")
        typer.echo(link)
        answer = pasted()
    announce(engine, connect_answer(engine, app, merchant, answer, state))
    return 0


def pasted() -> str:
    """The callback address from the person at the keyboard."""
    if not is_terminal(sys.stdin):
        raise UserError("Without a terminal the answer cannot be pasted. Run the same command with --answer URL.")
    return ask_line(_("Paste the whole address that the browser shows at the end:"))


def read_key(file: Path) -> str:
    """The app's secret from a file, so that it never stands in the shell's history."""
    key = read_file(file).decode("utf-8", errors="replace").strip()
    if not key or any(letter.isspace() for letter in key):
        raise UserError("The file {file} must hold the app's secret key and nothing else.", file=file)
    return key


def read_app(app_id: str | None, key_file: Path | None) -> tuple[str, str] | None:
    """The number and key of an app, where a marketplace wants one beside the token."""
    if app_id is None and key_file is None:
        return None
    if app_id is None or key_file is None:
        raise UserError("--app-id and --app-key-file belong together.")
    return app_id, read_key(key_file)


def read_token(file: Path) -> str:
    """The shop's token from a file that nobody else may read; Windows guards files in another way."""
    text = read_file(file).decode("utf-8", errors="replace").strip()
    if os.name == "posix" and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        raise UserError("Others can read the file {file}. Close it to them first with: chmod 600 {file}", file=file)
    if not text or any(letter.isspace() for letter in text):
        raise UserError("The file {file} must hold the shop's token and nothing else.", file=file)
    return text


def announce(engine: "Engine", shops: "list[ShopView]") -> None:
    """What was connected and what comes next."""
    from bridge.engine.looking import shop_rows

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
    say("Next: jembatan plan, then jembatan apply")
