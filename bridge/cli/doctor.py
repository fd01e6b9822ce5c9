"""`jembatan doctor`: looks at everything that the bridge needs, line by line, and says what to do about the rest."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bridge.cli.authorisation import warnings_of
from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.session import settings_for
from bridge.cli.speak import moment, say, sentence, write_json
from bridge.connectors.meanings import Meaning
from bridge.errors import (
    AuthExpired,
    BridgeError,
    ChannelError,
    Misconfigured,
    Rejected,
    ShopBlocked,
    TryLater,
    UserError,
)
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.settings import Settings
    from bridge.store.shops import ShopView

LEAST_FREE = 500_000_000  # bytes
CLOCK = timedelta(minutes=2)  # marketplaces refuse a signature that is five minutes old
URGENCY = (1, 2, 5, 6, 7, 4, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `code` is the exit code that it stands for; a warning is fine today and stands for none."""

    check: str
    ok: bool
    message: str
    code: int = 0
    warning: bool = False


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("doctor", N_("Check home, key, database, channels, shops, disk and clock, and say what to do."))
    def doctor(as_json: Json = False) -> int:
        findings = list(examine(settings_for()))
        if as_json:
            write_json([asdict(each) for each in findings])
        else:
            for each in findings:
                say("{mark} {message}", mark=mark(each), message=each.message)
        codes = {each.code for each in findings}
        return next((code for code in URGENCY if code in codes), 0)


def mark(finding: Finding) -> str:
    """What stands before a line."""
    return "OK " if finding.ok and not finding.warning else "!! "


def examine(settings: "Settings") -> Iterator[Finding]:
    """Every check in turn; what cannot be looked at because something before it failed is left out."""
    from bridge.engine.home import open_engine
    from bridge.store import crypto

    yield judged("channels", check_channels)
    yield judged("disk", lambda: check_disk(settings))
    opened: list[Engine] = []

    def open_home() -> str:
        opened.append(open_engine(settings))
        with opened[0].store.write():
            pass  # a full disk, or a file that may only be read, would be found by the next change
        if not crypto.GUARDED:
            unsaid = N_("Home, key and database: {home}. On this system it is not checked who can read the key file.")
            return said(unsaid, home=settings.home)
        return said(N_("Home, key and database: {home}"), home=settings.home)

    yield judged("home", open_home)
    if not opened:
        return
    engine = opened[0]
    try:
        yield judged("clock", lambda: check_clock(engine))
        yield from check_shops(engine)
    finally:
        engine.store.close()


def said(template: str, **values: object) -> str:
    """A sentence in the user's language."""
    return sentence(template, values)


def judged(check: str, look: Callable[[], str]) -> Finding:
    """A check that says something is fine; one that raises is not."""
    try:
        return Finding(check, True, look())
    except UserError as error:
        return Finding(check, False, sentence(error.template, error.values), error.exit_code)
    except ChannelError as error:
        return Finding(check, False, *channel_words(error))


def channel_words(error: ChannelError) -> tuple[str, int]:
    """What a channel's refusal means, and its exit code."""
    words: tuple[tuple[type[BridgeError], str, int], ...] = (
        (AuthExpired, N_("the authorisation has ended; connect it again with: jembatan shop connect"), 5),
        (ShopBlocked, N_("closed by the channel; open the seller centre ({why})"), 5),
        (Misconfigured, N_("wrong key, signature or address ({why}); connect it again with: jembatan shop connect"), 2),
        (Rejected, N_("the channel refused the question ({why})"), 3),
        (BridgeError, N_("cannot be reached now ({why}); try again later"), 4),
    )
    if error.meaning == Meaning.CLOCK:
        return _("the clock of this computer is wrong, and the marketplace refuses every call; set the clock"), 2
    template, code = next((text, code) for kind, text, code in words if isinstance(error, kind))
    return said(template, why=error), code


def check_channels() -> str:
    """Every installed connector can be loaded."""
    from bridge.cli.channels import market_plugins
    from bridge.connectors import registry

    for each in registry.broken():
        raise UserError("The connector {name} cannot be used: {why}.", name=each.name, why=each.reason)
    return said(N_("Channels: {names}"), names=", ".join(market_plugins()))


def check_disk(settings: "Settings") -> str:
    """Enough room for the database and pictures."""
    place = settings.home
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        raise TryLater(
            "Only {size} MB are free where {home} is. Free some space.", size=free // 1_000_000, home=settings.home
        )
    return said(N_("Disk: {size} MB free"), size=free // 1_000_000)


def check_clock(engine: "Engine") -> str:
    """The clock agrees with the database's and has not gone back behind the last run."""
    from bridge.engine.standing import status
    from bridge.store.engine import db_now

    with engine.store.read() as session:
        theirs = db_now(session)
    now = engine.clock()
    last, shown = status(engine).last_run, moment(now, engine.settings.timezone)
    back = last is not None and last["started_at"] > now + CLOCK
    if back or abs(theirs - now) > CLOCK:
        raise UserError(
            "The clock of this computer is wrong: it shows {now}. Set it; marketplaces refuse calls with a wrong time.",
            now=shown,
        )
    return said(N_("Clock: {now}"), now=shown)


def check_shops(engine: "Engine") -> Iterator[Finding]:
    """Every shop answers and may go on."""
    from bridge.engine.sync import shops_of

    shops = shops_of(engine)
    if not shops:
        yield Finding("shops", True, _("No shop is connected yet. Connect one with: jembatan shop connect"))
    for shop in shops:
        yield one_shop(engine, shop)
        for text in warnings_of(engine, [shop.shop_id]):
            yield Finding(f"authorisation/{shop.shop_id}", True, text, warning=True)


def one_shop(engine: "Engine", shop: "ShopView") -> Finding:
    """One shop's line."""
    from bridge.engine.connecting import check_shop
    from bridge.engine.runs import shop_name

    def ask() -> str:
        found = check_shop(engine, shop.shop_id)
        closed = ", ".join(found.blocked.values())
        return said(N_("connected, but closed for some changes ({why})"), why=closed) if closed else _("connected")

    found = judged(f"shop/{shop.shop_id}", ask)
    return Finding(found.check, found.ok, f"{shop_name(shop)}: {found.message}", found.code)
