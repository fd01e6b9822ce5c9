"""Work over many shops: several at a time, and the trouble of one stays its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import structlog

from bridge.connectors.meanings import Meaning
from bridge.engine.context import Engine
from bridge.engine.drain import pause_shop
from bridge.engine.runs import ShopRun, Told
from bridge.errors import AuthExpired, ChannelError, Misconfigured, ShopBlocked, Stopped, UserError

log = structlog.get_logger()


def every(engine: Engine, runs: Iterable[ShopRun], work: Callable[[ShopRun], None]) -> None:
    """Does something for every shop that has not failed, several at a time; an error ends only its own shop."""
    waiting = [run for run in runs if run.code == 0]
    if len(waiting) == 1:
        guarded(engine, waiting[0], work)
        return
    with ThreadPoolExecutor(max_workers=engine.settings.parallel_shops, thread_name_prefix="shop") as pool:
        try:
            list(pool.map(lambda run: guarded(engine, run, work), waiting))
        except KeyboardInterrupt:
            engine.stopping.set()  # leaving the pool waits for the calls that are under way, and for nothing more
            raise


def guarded(engine: Engine, run: ShopRun, work: Callable[[ShopRun], None]) -> None:
    """The outermost loop of the engine: an error becomes this shop's sentence and exit code."""

    def go(run: ShopRun) -> None:
        engine.go_on()
        work(run)

    endured(run, go)


def endured(run: ShopRun, work: Callable[[ShopRun], None]) -> None:
    """The same for what has begun already, so that it goes on although somebody asked this process to end."""
    try:
        work(run)
    except Stopped as error:
        run.code = error.exit_code
    except UserError as error:
        run.code = error.exit_code
        run.told.append(Told(template=error.template, values=error.values))
    except ChannelError as error:
        explain(run, error)
    except Exception:
        log.exception("shop failed", shop=run.shop.shop_id, channel=run.shop.channel)
        run.fail(1, "{shop}: an error in the program itself; its text is in the log.")


def explain(run: ShopRun, error: ChannelError) -> None:
    """What a channel's error means for the shop, and who acts."""
    state = pause_shop(run.lane, error) if run.lane is not None else None
    if isinstance(error, AuthExpired):
        run.end_authorisation()
    elif isinstance(error, ShopBlocked):
        run.fail(5, "{shop}: the channel has closed or banned the shop ({why}). Open the seller centre.", why=error)
    elif error.meaning == Meaning.CLOCK:
        run.fail(
            2,
            "{shop}: the clock of this computer is wrong, and the marketplace refuses every call. Set the clock; the next run goes "
            "on by itself.",
        )
    elif isinstance(error, Misconfigured):
        run.fail(
            2,
            "{shop}: the app key, signature or address is wrong ({why}). Correct it with: jembatan shop connect",
            why=error,
        )
    else:
        run.fail(
            4, "{shop}: the channel cannot be reached or asks to wait ({why}). Run the command again later.", why=error
        )
    log.warning("shop stopped", shop=run.shop.shop_id, error=type(error).__name__, state=state)
