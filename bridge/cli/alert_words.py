"""Alerts and the summary of a day in words: short enough for a telephone, each with what to do next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bridge.cli.authorisation import warnings
from bridge.cli.speak import day, moment, number, rupiah, sentence
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.alerting import Words
    from bridge.engine.authorisations import Authorisation
    from bridge.engine.context import Engine
    from bridge.engine.digest import Digest
    from bridge.planning.alerts import Alert

LINES = 8  # of one message; more is said as a number
SHOWN = 3  # of a summary
LONGEST = 160  # letters of an alert in a summary
WRITTEN = (
    ("create", N_("new listings")),
    ("stock", N_("stock figures")),
    ("price", N_("prices")),
    ("content", N_("texts")),
)
SENTENCES = {
    "held": N_(
        "{shop}: nothing is sent; the marketplace holds the shop or refuses its key ({why}). Run: jembatan doctor"
    ),
    "pull": N_("{shop}: no orders were fetched since {since}. Run: jembatan doctor"),
    "guard": N_(
        "{merchant}: the safety stop holds a run that would take away or lower much. "
        'Look at it and let it go on with: jembatan apply --merchant "{merchant}"'
    ),
    "oversold": N_(
        "{merchant}: pieces of {product} ({sku}) ordered that are not there: {count}. "
        'See by which orders and what to do with: jembatan why "{sku}" --merchant "{merchant}"'
    ),
    "drift": N_("{shop}: figures above what is there, changed by hand: {count}. See them with: jembatan drift"),
    "refused": N_("{shop}: changes that the marketplace refused: {count}. See why with: jembatan retry"),
}


def words_for(engine: "Engine") -> "Words":
    """Puts alerts into one message."""

    def words(alerts: "Sequence[Alert]") -> tuple[str, str]:
        lines = alert_lines(engine, alerts)
        more = len(lines) - LINES
        rest = [sentence(N_("And {number} more. See all with: jembatan alerts"), {"number": more})] if more > 0 else []
        return sentence(N_("Jembatan: {number} things need attention"), {"number": len(lines)}), "\n\n".join(
            [*lines[:LINES], *rest]
        )

    return words


def alert_lines(engine: "Engine", alerts: "Sequence[Alert]") -> list[str]:
    """One sentence for each alert."""
    from bridge.engine.alerting import merchant_names
    from bridge.engine.authorisations import authorisations

    auths = {auth.shop: auth for auth in authorisations(engine)} if alerts else {}
    names = merchant_names(engine) if alerts else {}
    return [alert_line(each, auths.get(each.shop or 0), names.get(each.merchant or 0, "?"), engine) for each in alerts]


def alert_line(alert: "Alert", auth: "Authorisation | None", merchant: str, engine: "Engine") -> str:
    """What happened and what to do."""
    zone = engine.settings.timezone
    if alert.kind == "authorisation" and auth is not None:
        return authorisation_line(alert, auth, zone)
    values = {key: moment(value, zone) if isinstance(value, datetime) else value for key, value in alert.values.items()}
    shop = "?" if auth is None else f"{auth.merchant} ({auth.channel} {auth.remote_shop_id})"
    return sentence(SENTENCES[alert.kind.value], {**values, "shop": shop, "merchant": merchant.replace('"', "'")})


def authorisation_line(alert: "Alert", auth: "Authorisation", zone: str) -> str:
    """The warning of just this end."""
    found = warnings(auth, zone)
    stages = [f"shop/{auth.shop}/{ending.what.value}/{ending.within}" for ending in auth.due]
    if alert.subject in stages and not auth.ended:
        return found[stages.index(alert.subject)]
    return found[0] if found else alert.subject  # it was renewed just now


def digest_words(engine: "Engine") -> tuple[str, str]:
    """Heading and text of a summary of the last 24 hours."""
    from bridge.engine.digest import digest_of

    found = digest_of(engine, engine.clock() - timedelta(days=1))
    heading = sentence(N_("Jembatan, {day}"), {"day": day(found.until, engine.settings.timezone)})
    lines = [f"*{heading}*", order_line(found)]
    written = [f"{_(name)} {number(found.done[kind])}" for kind, name in WRITTEN if found.done.get(kind)]
    if written:
        lines.append(sentence(N_("Written: {what}."), {"what": ", ".join(written)}))
    if found.held_back:
        lines.append(
            sentence(N_("Held back: {number}. See why with: jembatan plan"), {"number": number(found.held_back)})
        )
    if not found.alerts:
        lines.append(_("Nothing needs anybody now."))
    else:
        lines.append(sentence(N_("Needs attention: {number}"), {"number": number(len(found.alerts))}))
        lines += [f"- {shorter(text)}" for text in alert_lines(engine, found.alerts[:SHOWN])]
        lines += [_("See all with: jembatan alerts")] if len(found.alerts) > SHOWN else []
    return heading, "\n".join(lines)


def order_line(found: "Digest") -> str:
    """How many orders, where, and what they come to."""
    if not found.orders:
        return _("No new orders.")
    places = ", ".join(f"{channel} {number(count)}" for channel, count in found.orders.items())
    money = f", {rupiah(found.total_idr)}" if found.total_idr else ""  # not every channel tells it
    values = {"number": number(sum(found.orders.values())), "places": places}
    return sentence(N_("New orders: {number} ({places})"), values) + money


def shorter(text: str, longest: int = LONGEST) -> str:
    """The beginning of a sentence."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
