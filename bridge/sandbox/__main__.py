"""`python -m bridge.sandbox shopee --port 8101`: one sandbox in the foreground, without the project's own command line."""

import argparse
import sys
from collections.abc import Sequence

from bridge.sandbox import DEFAULT_PORTS, Options, run, run_all


def main(arguments: Sequence[str] | None = None) -> None:
    words = list(sys.argv[1:] if arguments is None else arguments)
    given = vars(parser().parse_args(words[1:] if words[:1] == ["sandbox"] else words))
    platform, host, port = given.pop("platform"), given.pop("host"), given.pop("port")
    given["rate_limit"] = not given.pop("no_rate_limit")
    options = Options(**given)
    if platform is None:
        run_all(DEFAULT_PORTS, host, options)
    else:
        run(platform, host, port, options)


def parser() -> argparse.ArgumentParser:
    plain = Options()
    parser = argparse.ArgumentParser(
        prog="python -m bridge.sandbox", description="Starts marketplaces on this computer."
    )
    parser.add_argument("platform", nargs="?", choices=sorted(DEFAULT_PORTS), help="leave out to start all of them")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="0: any free port")
    parser.add_argument("--seed", type=int, default=plain.seed)
    parser.add_argument("--shops", type=int, default=plain.shops, help="authorised shops at the start, at least three")
    parser.add_argument("--no-rate-limit", action="store_true")
    parser.add_argument("--rate-per-s", type=float, default=plain.rate_per_s, help="calls per second and shop")
    parser.add_argument("--latency-ms", type=float, default=plain.latency_ms, help="added to every answer")
    parser.add_argument("--review-s", type=float, default=plain.review_s, help="how long asynchronous work takes")
    parser.add_argument(
        "--wait-s", type=float, default=plain.wait_s, help="Shopee: between add_item and its variations"
    )
    parser.add_argument("--keep-cancelled", dest="restock", action="store_false", help="cancelled units stay away")
    parser.add_argument(
        "--refresh-again", action="store_true", help="Shopee: a used refresh token gives the same pair again"
    )
    parser.add_argument(
        "--warehouses", type=int, default=plain.warehouses, help="Shopee, Tokopedia: stock locations per shop"
    )
    parser.add_argument("--zero-refused", action="store_true", help="Tokopedia: a stock of 0 is refused")
    parser.add_argument("--stale-echo", action="store_true", help="Shopee: update_item echoes the old status")
    return parser


if __name__ == "__main__":
    main()
