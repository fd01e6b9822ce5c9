"""`jembatan shop connect` by the owner's consent: the link, the answer, and the question whose shops these are."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from bridge.cli.speak import ask, ask_line, is_terminal, say, sentence, table, warn
from bridge.errors import UserError
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.apps import DeveloperApp
    from bridge.engine.consent import Answer, FoundShop
    from bridge.engine.context import Engine
    from bridge.store.shops import ShopView

STDIN = "-"


def connect_by_consent(
    engine: "Engine",
    app: "DeveloperApp",
    merchant: str,
    redirect: str,
    answer: str | None,
    opens: bool,
    only: Sequence[str],
    yes: bool,
) -> "list[ShopView]":
    """The whole road; an empty list where the person at the keyboard said no."""
    from bridge.engine.consent import connect_found, consent_link, exchange, found_shops, read_answer
    from bridge.engine.looking import merchants

    row = merchants(engine, merchant)[0]
    link, state = consent_link(engine, app, redirect, row.merchant_id)
    text = given_answer(answer) if answer is not None else wait_for_answer(link, redirect, state, opens)
    read = read_answer(text, state)
    must_be_asked(read, only, yes)
    grants = exchange(engine, app, read)
    found = found_shops(engine, app, grants)
    chosen = choose(found, row.merchant_id, row.merchant, read.proven, only, yes)
    return connect_found(engine, app, merchant, grants, chosen) if chosen else []


# --- link and answer ----------------------------------------------------------------------------------------------------------


def given_answer(text: str) -> str:
    """`--answer URL`; with a dash the address is read from the input, where no list of processes shows it."""
    return sys.stdin.readline() if text == STDIN else text


def wait_for_answer(link: str, redirect: str, state: str, opens: bool) -> str:
    """Shows the link and brings the answer: received on this computer, else pasted."""
    from bridge.cli.callback import listening, received

    with listening(redirect, state) as listener:
        say("Let the owner open this link, sign in and agree:")
        typer.echo(link)
        sys.stdout.flush()
        if opens:
            open_browser(link)
        if listener is None:
            return pasted()
        warn("The answer is waited for at {address}. Ctrl+C ends the waiting.", address=redirect)
        return received(listener)


def open_browser(link: str) -> None:
    """Opens the link where somebody sits at a terminal; a script never opens a window."""
    if is_terminal(sys.stdin) and is_terminal(sys.stderr):
        import webbrowser

        webbrowser.open(link)


def pasted() -> str:
    """The callback address from the person at the keyboard."""
    if not is_terminal(sys.stdin):
        raise UserError("Without a terminal the answer cannot be pasted. Run the same command with --answer URL.")
    return ask_line(_("Paste the whole address that the browser shows at the end:"))


# --- whose shops these are ----------------------------------------------------------------------------------------------------


def must_be_asked(answer: "Answer", only: Sequence[str], yes: bool) -> None:
    """An answer without a state may be anybody's. It is refused before its code is used up where nobody can be asked."""
    if not answer.proven and not only and not yes and not is_terminal(sys.stdin):
        raise UserError(
            "The address carries no state, as one does that began in the seller centre: anybody could have sent it. Run the "
            "command at a terminal, where the shop is shown first, or add --only-shop ID or --yes."
        )


def choose(
    found: "Sequence[FoundShop]", merchant_id: int, merchant: str, proven: bool, only: Sequence[str], yes: bool
) -> list[str]:
    """The remote ids of the shops to connect. Those of other businesses are renewed and stay where they are."""
    free = [shop for shop in found if shop.owner_id in (None, merchant_id)]
    others = [shop for shop in found if shop not in free]
    if not free:
        raise UserError(
            "All shops that were authorised belong to other businesses already: {shops}. Nothing was changed; renew them with "
            "--merchant of their own business.",
            shops=", ".join(f"{called(shop)}: {shop.owner}" for shop in others),
        )
    chosen = chosen_of(free, merchant, proven, only, yes)
    for shop in others if chosen else ():
        warn(
            "{shop} belongs to {owner}: its authorisation is renewed, and it stays there.",
            shop=called(shop),
            owner=shop.owner,
        )
    return [shop.remote_shop_id for shop in (*chosen, *others)] if chosen else []


def chosen_of(
    free: "Sequence[FoundShop]", merchant: str, proven: bool, only: Sequence[str], yes: bool
) -> "list[FoundShop]":
    """Those that a person or an option names; one that was certainly meant needs neither."""
    if only:
        return named(free, only)
    new = [shop for shop in free if shop.owner_id is None]
    if yes or (proven and len(new) < 2):
        return list(free)
    if not is_terminal(sys.stdin):
        raise UserError(
            "Several shops were authorised: {shops}. Say with --only-shop which of them belong to {merchant}, or add --yes for "
            "all; then open the link again, since its answer is used up.",
            shops=", ".join(called(shop) for shop in new),
            merchant=merchant,
        )
    show(free)
    return [shop for shop in free if (proven and shop.owner_id is not None) or belongs(shop, merchant)]


def named(free: "Sequence[FoundShop]", only: Sequence[str]) -> "list[FoundShop]":
    """`--only-shop`, each of which must be there; what is connected already is renewed as well."""
    known = {shop.remote_shop_id for shop in free}
    for name in only:
        if name not in known:
            raise UserError(
                "The shop {shop} was not authorised; these were: {shops}. Open the link again, since its answer is used up.",
                shop=name,
                shops=", ".join(called(shop) for shop in free),
            )
    return [shop for shop in free if shop.remote_shop_id in only or shop.owner_id is not None]


def show(found: "Sequence[FoundShop]") -> None:
    """The shops that were authorised."""
    rows = [(shop.remote_shop_id, shop.name, shop.owner if shop.owner is not None else _("new")) for shop in found]
    table([_("Shop"), _("Name"), _("Business")], rows)


def belongs(shop: "FoundShop", merchant: str) -> bool:
    """Asks about one shop."""
    return ask(sentence(N_("Does the shop {shop} belong to {merchant}?"), {"shop": called(shop), "merchant": merchant}))


def called(shop: "FoundShop") -> str:
    """Number and name."""
    return f"{shop.remote_shop_id} ({shop.name})" if shop.name else shop.remote_shop_id
