"""Asks the channel about a shop in a process of its own, and may die at a labelled point. Run by the token tests only."""

import os
import sys
import time
from pathlib import Path

from bridge.engine.context import Engine, Lane
from bridge.engine.sync import shops_of
from bridge.settings import Settings
from bridge.store.crypto import load_cipher
from bridge.store.engine import open_store


def main(url: str, home: str, label: str) -> None:
    """Exit code 9 is the planned death. `wait:FILE` instead of a label begins when that file is there."""

    def reach(name: str) -> None:
        if name == label:
            os._exit(9)

    settings = Settings(home=Path(home))
    engine = Engine(settings=settings, store=open_store(url), cipher=load_cipher(settings.key_file), reach=reach)
    lane = Lane(engine=engine, shop=shops_of(engine)[0])
    if label.startswith("wait:"):
        go = Path(label.removeprefix("wait:"))
        (go.parent / f"ready-{os.getpid()}").touch()
        while not go.exists():
            time.sleep(0.005)
    lane.connector.check()


if __name__ == "__main__":
    main(*sys.argv[1:4])
