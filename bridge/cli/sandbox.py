"""`jembatan sandbox`: marketplaces on this computer, for trying things out. Works without a home."""

from typing import Annotated

import typer

from bridge.cli.grammar import App
from bridge.errors import UserError
from bridge.locale import N_

Platform = Annotated[
    str | None,
    typer.Argument(metavar=N_("PLATFORM"), help=N_("One marketplace, such as shopee. Default: all of them.")),
]
Host = Annotated[str, typer.Option("--host", metavar="HOST", help=N_("The address to listen at."))]
Port = Annotated[
    int | None, typer.Option("--port", metavar="N", min=0, max=65535, help=N_("The port; 0 takes a free one."))
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help=N_("The same number gives the same marketplace."))]
Shops = Annotated[int, typer.Option("--shops", metavar="N", min=3, help=N_("Shops at the start, at least three."))]
NoRateLimit = Annotated[bool, typer.Option("--no-rate-limit", help=N_("Answer any number of calls."))]
RatePerS = Annotated[float, typer.Option("--rate-per-s", metavar="N", help=N_("Calls per second and shop."))]
Latency = Annotated[
    float, typer.Option("--latency-ms", metavar="N", min=0, help=N_("Milliseconds added to every answer."))
]
Review = Annotated[
    float, typer.Option("--review-s", metavar="N", min=0, help=N_("Seconds that reviews and queues take."))
]
Wait = Annotated[
    float,
    typer.Option("--wait-s", metavar="N", min=0, help=N_("Shopee: seconds between a new product and its variants.")),
]
Warehouses = Annotated[
    int, typer.Option("--warehouses", metavar="N", min=1, help=N_("Shopee, Tokopedia: stock locations of each shop."))
]
ZeroRefused = Annotated[bool, typer.Option("--zero-refused", help=N_("Tokopedia: refuse a stock of 0."))]


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("sandbox", N_("Start marketplaces on this computer to try things out; ends with Ctrl+C."))
    def sandbox(
        platform: Platform = None,
        host: Host = "127.0.0.1",
        port: Port = None,
        seed: Seed = 1,
        shops: Shops = 3,
        no_rate_limit: NoRateLimit = False,
        rate_per_s: RatePerS = 20.0,
        latency_ms: Latency = 0.0,
        review_s: Review = 1.0,
        wait_s: Wait = 5.0,
        warehouses: Warehouses = 1,
        zero_refused: ZeroRefused = False,
    ) -> int:
        from bridge.sandbox import DEFAULT_PORTS, Options, run, run_all

        if platform is not None and platform not in DEFAULT_PORTS:
            raise UserError(
                "There is no sandbox for {name}. Known: {known}.", name=platform, known=", ".join(sorted(DEFAULT_PORTS))
            )
        if platform is None and port is not None:
            raise UserError("--port needs one marketplace, such as: jembatan sandbox shopee --port 8101")
        if rate_per_s <= 0:
            raise UserError("--rate-per-s must be above 0; --no-rate-limit takes the limit away.")
        options = Options(
            seed=seed,
            shops=shops,
            rate_limit=not no_rate_limit,
            rate_per_s=rate_per_s,
            latency_ms=latency_ms,
            review_s=review_s,
            wait_s=wait_s,
            warehouses=warehouses,
            zero_refused=zero_refused,
        )
        try:
            run_all(DEFAULT_PORTS, host, options) if platform is None else run(platform, host, port, options)
        except OSError as error:
            raise UserError(
                "The sandbox cannot listen at {host} ({why}). Choose another --port.",
                host=host,
                why=error.strerror or error,
            ) from None
        return 0
