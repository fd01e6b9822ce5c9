"""Joins a world, runs the engine once, and dies at the nth time that a label is reached. Run by the kill test only."""

import os
import sys
from pathlib import Path

from bridge.store.crypto import load_cipher
from tests.engine.world import join_world


def main(spec: str, key: str, label: str, number: str) -> None:
    """Exit code 9 is the planned death; 0 means that the label was not reached."""
    left = int(number)

    def reach(name: str) -> None:
        nonlocal left
        if name == label:
            left -= 1
            if left == 0:
                os._exit(9)

    join_world(spec, load_cipher(Path(key)), reach).sync()


if __name__ == "__main__":
    main(*sys.argv[1:5])
