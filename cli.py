"""Launcher: `python cli.py …` is the same as the installed command `jembatan …`."""

import sys

from bridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
