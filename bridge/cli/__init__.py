"""The command line: typer commands, one file per noun. Printing and exit codes only; what is done is in the engine."""

from bridge.cli.run import main

__all__ = ["main"]
