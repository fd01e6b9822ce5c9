"""Authorisations in words: until when a shop's holds, what warns of its end, and the command that renews it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bridge.cli.speak import day, moment, sentence
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.authorisations import Authorisation
    from bridge.engine.context import Engine
    from bridge.engine.standing import ShopRow

STATES = {
    "ok": N_("connected"),
    "auth": N_("must be authorised again"),
    "blocked": N_("closed by the channel"),
    "misconfigured": N_("wrong key or address"),
}
WARNINGS = {
    ("consent", 30): N_(
        "{shop}: the owner's consent ends on {day} (days left: {days}). Let the owner renew it: {command}"
    ),
    ("consent", 7): N_(
        "{shop}: the owner's consent ends soon, on {day} (days left: {days}). Let the owner renew it now: {command}"
    ),
    ("consent", 1): N_(
        "{shop}: the owner's consent ends within a day, on {moment}; then nothing is sent any more. "
        "Let the owner renew it now: {command}"
    ),
    ("consent", 0): N_("{shop}: the owner's consent ended on {day}. Let the owner authorise again: {command}"),
    ("refresh", 7): N_(
        "{shop}: the refresh token ends on {day} (days left: {days}) unless a run renews it. Run: jembatan sync"
    ),
    ("refresh", 1): N_(
        "{shop}: the refresh token ends within a day, on {moment}, unless a run renews it. Run now: jembatan sync"
    ),
    ("refresh", 0): N_(
        "{shop}: the refresh token ended on {day}, since no run renewed it. Let the owner authorise again: {command}"
    ),
}
LOST = N_(
    "{shop}: the answer to a renewal was lost, and the marketplace does not take the old token again. "
    "Let the owner authorise again: {command}"
)
ENDED = N_("{shop}: the authorisation has ended. Let the owner authorise again: {command}")
UNANSWERED = N_(
    "{shop}: since {moment} the answer to a renewal is missing. The next run asks again; if the marketplace then refuses, "
    "the owner must authorise again."
)


def line(auth: "Authorisation", zone: str) -> str:
    """One sentence for one shop: its state, until when it is authorised, and how to renew that."""
    state = STATES.get(auth.state, auth.state)
    more = {"number": auth.shop, "state": state, "until": until(auth, zone), **values(auth)}
    return sentence(N_("Shop {number}, {shop}: {state}, {until}. Renew it here: {command}"), more)


def until(auth: "Authorisation", zone: str) -> str:
    """What has ended; else the end of the consent; else of the refresh token, which a run renews."""
    if auth.ended:
        return _("nothing is read or sent until then")
    if not auth.endings:
        return _("the marketplace tells no end")
    over = next((ending for ending in auth.endings if ending.within == 0), None)
    ending = over if over is not None else auth.endings[-1]
    when = {"day": day(ending.until, zone)}
    if over is not None:
        return sentence(N_("ended on {day}"), when)
    if ending.what == "refresh":
        return sentence(N_("valid until {day} unless a run renews it"), when)
    return sentence(N_("valid until {day}"), when)


def warnings(auth: "Authorisation", zone: str) -> list[str]:
    """What somebody should know of a shop's authorisation now."""
    if auth.ended:
        return [sentence(LOST if auth.grant == "lost" else ENDED, values(auth))]
    found = [
        sentence(
            WARNINGS[ending.what.value, ending.within],
            {"day": day(ending.until, zone), "moment": moment(ending.until, zone), "days": ending.days, **values(auth)},
        )
        for ending in auth.due
        if ending.within is not None
    ]
    if auth.unanswered_since is not None:
        found.append(sentence(UNANSWERED, {"moment": moment(auth.unanswered_since, zone), **values(auth)}))
    return found


def warnings_of(engine: "Engine", shop_ids: Sequence[int] | None = None) -> list[str]:
    """The same for all shops, or these."""
    from bridge.engine.authorisations import authorisations

    return [text for auth in authorisations(engine, shop_ids) for text in warnings(auth, engine.settings.timezone)]


def shops_json(engine: "Engine", rows: "Sequence[ShopRow]") -> list[dict[str, Any]]:
    """Shops for scripts: their numbers and how their authorisations stand."""
    from bridge.engine.authorisations import authorisations

    found = {auth.shop: as_json(auth) for auth in authorisations(engine, [row.shop for row in rows])}
    return [{**asdict(row), **found[row.shop]} for row in rows]


def values(auth: "Authorisation") -> dict[str, object]:
    """What every sentence about a shop names."""
    return {"shop": f"{auth.merchant} ({auth.channel} {auth.remote_shop_id})", "command": renewal(auth)}


def renewal(auth: "Authorisation") -> str:
    """The command that renews an authorisation; capitals stand for what only its owner or operator knows."""
    merchant = auth.merchant.replace('"', "'")
    parts = [f'jembatan shop connect --channel {auth.channel} --merchant "{merchant}"']
    if auth.app is not None and (auth.by_consent or auth.app != auth.remote_shop_id):
        parts.append(f"--app-id {auth.app}")
    if auth.by_consent:
        parts += [] if auth.redirect else ["--redirect URL"]
    else:
        parts.append(f"--shop-id {auth.remote_shop_id} --token-file FILE")
    return " ".join(parts)


def as_json(auth: "Authorisation") -> dict[str, Any]:
    """What scripts read beside the other keys of a shop."""
    return {
        "consent_until": auth.consent_until,
        "refresh_until": auth.refresh_until,
        "authorisation": "unanswered" if auth.unanswered_since is not None else auth.grant,
        "warnings": [
            {"ends": each.what.value, "until": each.until, "days": each.days, "within_days": each.within}
            for each in auth.due
        ],
        "renew": renewal(auth),
    }
