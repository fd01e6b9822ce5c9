"""Shipping labels: fetched from the channel once the shipment is arranged, kept for their owner only, deleted when they are due."""

import os
import re
import time
from datetime import timedelta
from pathlib import Path

from bridge.connectors.base import LabelSource
from bridge.engine.context import Engine, Lane
from bridge.errors import ChannelUnavailable, UserError
from bridge.store.shops import ShopView

PAUSE = timedelta(seconds=2)
SAFE = re.compile(r"[^A-Za-z0-9_-]")  # an order's number is the channel's, and a path is ours


def label_path(engine: Engine, shop_id: int, number: str) -> Path:
    """Where the label of an order lies, or would lie."""
    return engine.settings.labels / f"{shop_id}-{SAFE.sub('_', number)[:80]}.pdf"


def fetch_label(engine: Engine, shop: ShopView, number: str, wait_s: float) -> Path:
    """Gets the label and keeps it. Raises ChannelUnavailable where the channel is still making it after `wait_s`."""
    lane = Lane(engine=engine, shop=shop)
    if not isinstance(lane.connector, LabelSource):
        raise UserError("{channel} gives no labels to programs. Print it in the seller centre.", channel=shop.channel)
    until = time.monotonic() + wait_s
    while True:
        try:
            return write_private(label_path(engine, shop.shop_id, number), lane.connector.label(number))
        except ChannelUnavailable as error:
            rest = (error.retry_after if error.retry_after is not None else PAUSE).total_seconds()
            if time.monotonic() + rest > until:
                raise
            engine.sleep(rest)


def write_private(path: Path, content: bytes) -> Path:
    """Writes a file that only its owner may read, in a folder that only its owner may enter; whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
    return path
