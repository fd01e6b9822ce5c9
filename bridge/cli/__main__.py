"""`python -m bridge.cli …` is the same as the installed command."""

import sys

from bridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
